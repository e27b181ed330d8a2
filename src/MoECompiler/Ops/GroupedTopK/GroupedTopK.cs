namespace MoECompiler.Ops;

/// <summary>
/// The indices of the <paramref name="Count"/> greatest of each row, greatest first, among the <paramref name="TopGroups"/> best of the
/// <paramref name="Groups"/> equal parts of the row: f32[T, E] gives i32[T, Count]. Ties go to the lower index, of parts too; NaN counts as
/// the least. What is in no chosen part counts as -infinity, not as 0.
/// </summary>
/// <remarks>Source: DeepSeek-AI, DeepSeek-V3 Technical Report, 2024, section 2.1.2.</remarks>
/// <param name="Count">How many are chosen: at most E.</param>
/// <param name="Groups">How many parts a row has, which divides E.</param>
/// <param name="TopGroups">From how many of them.</param>
/// <param name="Score">What a part counts as.</param>
public sealed partial record GroupedTopK(Size Count, int Groups, int TopGroups, GroupScore Score) : Op
{
    /// <summary>The most parts of a row.</summary>
    public const int MaximumGroups = 256;

    public override string Arguments => $"Count: {Count}, {KernelArguments}";

    public override string KernelArguments => $"Groups: {Groups}, TopGroups: {TopGroups}, Score: GroupScore.{Score}";

    public override bool IsDifferentiable => false;

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands)
    {
        if (operands[0].Columns.Constant is { } columns && RowParts.Wrong(columns, Groups) is { } wrong)
            throw new ShapeError(wrong);
        if (TopGroups < 1 || TopGroups > Groups || Groups > MaximumGroups)
            throw new ShapeError($"from 1 to {Math.Min(Groups, MaximumGroups)} of {Groups} parts of a row can be chosen, not {TopGroups}");
        if (Count.Constant > operands[0].Columns.Constant)
            throw new ShapeError($"{Count} are to be chosen from rows of {operands[0].Columns}");
        return [TensorType.I32(operands[0].Rows, Count)];
    }
}

/// <summary>
/// The index, in the whole row, of the greatest of each of the <paramref name="Groups"/> equal parts of a row: f32[T, E] gives
/// i32[T, Groups]. Ties go to the lower index, and NaN counts as the least.
/// </summary>
/// <remarks>Source: Yang et al., M6-T: Exploring Sparse Expert Models and Beyond, 2021: prototypes, or kTop1.</remarks>
/// <param name="Groups">How many parts a row has, which divides E.</param>
public sealed partial record TopOfEachGroup(int Groups) : Op
{
    public override string Arguments => $"Groups: {Groups}";

    public override string KernelArguments => "";

    public override bool IsDifferentiable => false;

    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands) =>
        operands[0].Columns.Constant is { } columns && RowParts.Wrong(columns, Groups) is { } wrong
            ? throw new ShapeError(wrong)
            : [TensorType.I32(operands[0].Rows, Groups)];
}

internal static class RowParts
{
    /// <summary>Why a row of so many columns has no such equal parts, which are not empty; null if it has.</summary>
    public static string? Wrong(long columns, int groups) =>
        groups > 0 && columns > 0 && columns % groups == 0 ? null : $"a row of {columns} has no {groups} equal parts";

    /// <summary>How many columns each part has.</summary>
    /// <exception cref="ArgumentException">There are no such parts.</exception>
    public static int Columns(int columns, int groups) =>
        Wrong(columns, groups) is { } wrong ? throw new ArgumentException($"Of the parts to choose from: {wrong}.") : columns / groups;
}
