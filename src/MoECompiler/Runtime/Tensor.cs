namespace MoECompiler;

/// <summary>
/// A value in a Forward or a Loss. It stands for numbers that exist only in the compiled code: there is no way to make one, and its
/// methods are read by the compiler, never run.
/// </summary>
/// <remarks>
/// Shapes are inferred at build time. Operands of arithmetic broadcast as in numpy: extents are compared from the innermost outwards, and
/// an extent of 1, or one that is not there, repeats.
/// </remarks>
public sealed partial class Tensor
{
    private Tensor()
    {
    }

    /// <summary>x + y, element by element.</summary>
    public static Tensor operator +(Tensor x, Tensor y) => throw Declaration.NeverRuns();

    /// <inheritdoc cref="op_Addition(Tensor, Tensor)"/>
    public static Tensor operator +(Tensor x, float y) => throw Declaration.NeverRuns();

    /// <inheritdoc cref="op_Addition(Tensor, Tensor)"/>
    public static Tensor operator +(float x, Tensor y) => throw Declaration.NeverRuns();

    /// <summary>x - y, element by element.</summary>
    public static Tensor operator -(Tensor x, Tensor y) => throw Declaration.NeverRuns();

    /// <inheritdoc cref="op_Subtraction(Tensor, Tensor)"/>
    public static Tensor operator -(Tensor x, float y) => throw Declaration.NeverRuns();

    /// <inheritdoc cref="op_Subtraction(Tensor, Tensor)"/>
    public static Tensor operator -(float x, Tensor y) => throw Declaration.NeverRuns();

    /// <summary>x y, element by element; the product of matrices is <see cref="MatMul"/>.</summary>
    public static Tensor operator *(Tensor x, Tensor y) => throw Declaration.NeverRuns();

    /// <inheritdoc cref="op_Multiply(Tensor, Tensor)"/>
    public static Tensor operator *(Tensor x, float y) => throw Declaration.NeverRuns();

    /// <inheritdoc cref="op_Multiply(Tensor, Tensor)"/>
    public static Tensor operator *(float x, Tensor y) => throw Declaration.NeverRuns();

    /// <summary>x / y, element by element.</summary>
    public static Tensor operator /(Tensor x, Tensor y) => throw Declaration.NeverRuns();

    /// <inheritdoc cref="op_Division(Tensor, Tensor)"/>
    public static Tensor operator /(Tensor x, float y) => throw Declaration.NeverRuns();

    /// <inheritdoc cref="op_Division(Tensor, Tensor)"/>
    public static Tensor operator /(float x, Tensor y) => throw Declaration.NeverRuns();

    /// <summary>-x.</summary>
    public static Tensor operator -(Tensor x) => throw Declaration.NeverRuns();
}
