namespace MoECompiler.Ops;

/// <summary>
/// Two more operands of a product, over which its sums go on after the first two: x W + u B is one kernel that writes its result once.
/// They are floats of one type, which may be another than that of the first two; a matrix in 4 bits is among the first two only.
/// </summary>
/// <param name="TransposeB">The columns of the result are rows of the right operand.</param>
/// <param name="GatherRows">Of a grouped product: rows of the left operand are those of the order's tokens.</param>
public sealed record SecondPair(bool TransposeB, bool GatherRows = false)
{
    /// <summary>How deep a pair of floats may be beside one of 16 bits: deeper, tensor cores would wait for it.</summary>
    private const int Shallow = 64;

    /// <summary>The pair as one more argument of an op, where there is one.</summary>
    internal static string Argument(SecondPair? second) =>
        second is null ? "" : $", Second: new SecondPair(TransposeB: {(second.TransposeB ? "true" : "false")}{(second.GatherRows ? ", GatherRows: true" : "")})";

    /// <summary>
    /// The product of both: the one where <paramref name="first"/> goes on with what <paramref name="second"/> multiplies, with its operands.
    /// Null where no kernel does that: for sums over rows, for pairs of different rows, for a deep pair of floats beside one of 16 bits, and for
    /// two matrices in 4 bits.
    /// </summary>
    /// <param name="first">A product of one pair; its epilogue is not looked at.</param>
    /// <param name="second">Another one.</param>
    internal static (Op Op, EquatableArray<Value> Operands)? Join(Node first, Node second)
    {
        if (IsQuantized(first) && IsQuantized(second))
            return null;
        bool isMixed = first.Operands[0].Type.Type != second.Operands[0].Type.Type;
        // Tensor cores or 4 bits begin, and otherwise the deeper pair.
        if (IsQuantized(first) || IsQuantized(second) ? IsQuantized(second) : isMixed ? !first.Operands[0].Type.Type.IsNarrow() : IsShallow(first) && !IsShallow(second))
            (first, second) = (second, first);
        if (isMixed && !(second.Operands[0].Type.Type == DType.F32 && IsShallow(second)) || !first.Result.Type.Shape.Equals(second.Result.Type.Shape))
            return null;
        (Value a, Value b) = (second.Operands[0], second.Operands[1]);
        switch (first.Op, second.Op)
        {
            case (MatMul { TransposeA: false, Second: null } one, MatMul { TransposeA: false, Second: null } other):
                return (one with { Epilogue = null, Second = new SecondPair(other.TransposeB) }, [first.Operands[0], first.Operands[1], a, b]);
            case (GroupedMatMul { Second: null } one, GroupedMatMul { Second: null } other)
                when first.Operands[2].Equals(second.Operands[2]) && first.Operands[3].Equals(second.Operands[3])
                    && (!one.GatherRows || !other.GatherRows || Equals(one.Slots, other.Slots)):
                GroupedMatMul joined = one with
                {
                    Epilogue = null, Slots = one.GatherRows ? one.Slots : other.GatherRows ? other.Slots : null, Second = new SecondPair(other.TransposeB, other.GatherRows),
                };
                return (joined, [.. first.Operands.Take(4), a, b]);
            default:
                return null;
        }
    }

    private static bool IsQuantized(Node product) => product.Operands[1].Type.Type == DType.NF4;

    private static bool IsShallow(Node product) => product.Operands[0].Type.Columns.Constant <= Shallow;
}
