namespace MoECompiler.Ops;

/// <summary>Rows in order of expert, and the matrices that they are multiplied by.</summary>
/// <param name="rows">All rows.</param>
/// <param name="matrices">A matrix for each expert.</param>
/// <param name="depth">How many products an element sums up; 0 where there is no such pair.</param>
internal readonly struct ExpertPair<T>(Operand<T> rows, ExpertMatrices<T> matrices, int depth) where T : unmanaged
{
    public readonly int Depth = depth;

    /// <summary>All rows and the matrix of an expert.</summary>
    public OperandPair<T> Of(int expert) => new(rows, matrices.Of(expert), Depth);
}
