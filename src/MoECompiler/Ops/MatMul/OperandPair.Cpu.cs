namespace MoECompiler.Ops;

/// <summary>Two matrices that a product multiplies, along a depth: a[row, depth] and b[column, depth].</summary>
/// <param name="a">The left operand.</param>
/// <param name="b">The right operand.</param>
/// <param name="depth">How many products an element sums up; 0 where there is no such pair.</param>
internal readonly struct OperandPair<T>(Operand<T> a, Operand<T> b, int depth) where T : unmanaged
{
    public readonly Operand<T> A = a;

    public readonly Operand<T> B = b;

    public readonly int Depth = depth;
}
