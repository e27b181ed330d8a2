namespace MoECompiler.Ops;

/// <summary>What a product multiplies.</summary>
internal static class ProductTypes
{
    /// <exception cref="ShapeError">The operands are neither floats of one type, nor 32-bit floats and a matrix in 4 bits.</exception>
    public static void Check(string op, TensorType a, TensorType b)
    {
        bool isQuantized = b.Type == DType.NF4 && a.Type == DType.F32;
        if (!isQuantized && (a.Type != b.Type || !a.Type.IsFloat() || a.Type == DType.NF4))
            throw new ShapeError($"{op} takes floats of one type and is given {a} and {b}");
    }
}
