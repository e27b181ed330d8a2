namespace MoECompiler.Ops;

/// <summary>What a product multiplies.</summary>
internal static class ProductTypes
{
    /// <exception cref="ShapeError">The operands are not floats of one type.</exception>
    public static void Check(string op, TensorType a, TensorType b)
    {
        if (a.Type != b.Type || !a.Type.IsFloat())
            throw new ShapeError($"{op} takes floats of one type and is given {a} and {b}");
    }
}
