namespace MoECompiler;

/// <summary>Memory of products.</summary>
public abstract partial class GpuDevice
{
    /// <summary>Memory for the sums over the parts of a depth, until the next call that asks for memory of this kind.</summary>
    /// <param name="parts">A shape that was split by <see cref="ProductShape.InParts"/>.</param>
    public ArrayView<float> PartialSums(ProductShape parts)
    {
        long count = (long)parts.Count * parts.Rows * parts.Columns;
        return Scratch(count).Take<float>(count);
    }
}
