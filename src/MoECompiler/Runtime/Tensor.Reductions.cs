namespace MoECompiler;

// Many elements to one. An axis counts from 0, the outermost, or from -1, the innermost, inwards out.
public sealed partial class Tensor
{
    /// <summary>The sum along the axes, which vanish from the shape; of all elements if none is named.</summary>
    public Tensor Sum(params int[] axes) => throw Declaration.NeverRuns();

    /// <summary>The sum along the axes, which stay as extents of 1 if <paramref name="keepExtents"/> is true.</summary>
    public Tensor Sum(int[] axes, bool keepExtents) => throw Declaration.NeverRuns();

    /// <summary>The mean along the axes, which vanish from the shape; of all elements if none is named.</summary>
    public Tensor Mean(params int[] axes) => throw Declaration.NeverRuns();

    /// <summary>The mean along the axes, which stay as extents of 1 if <paramref name="keepExtents"/> is true.</summary>
    public Tensor Mean(int[] axes, bool keepExtents) => throw Declaration.NeverRuns();

    /// <summary>The greatest along the axes, which vanish from the shape; of all elements if none is named.</summary>
    public Tensor Max(params int[] axes) => throw Declaration.NeverRuns();

    /// <summary>The greatest along the axes, which stay as extents of 1 if <paramref name="keepExtents"/> is true.</summary>
    public Tensor Max(int[] axes, bool keepExtents) => throw Declaration.NeverRuns();

    /// <summary>The least along the axes, which vanish from the shape; of all elements if none is named.</summary>
    public Tensor Min(params int[] axes) => throw Declaration.NeverRuns();

    /// <summary>The least along the axes, which stay as extents of 1 if <paramref name="keepExtents"/> is true.</summary>
    public Tensor Min(int[] axes, bool keepExtents) => throw Declaration.NeverRuns();

    /// <summary>The index of the greatest of each row; ties go to the lower. f32[..., N] gives i32[...]. It has no gradient.</summary>
    public Tensor ArgMax() => throw Declaration.NeverRuns();

    /// <summary>exp(x) / sum(exp(x)) of each row, the innermost extent; it keeps the shape.</summary>
    public Tensor Softmax() => throw Declaration.NeverRuns();

    /// <summary>x - log(sum(exp(x))) of each row, the innermost extent; it keeps the shape.</summary>
    public Tensor LogSoftmax() => throw Declaration.NeverRuns();

    /// <summary>log(sum(exp(x))) of each row. f32[..., N] gives f32[...].</summary>
    public Tensor LogSumExp() => throw Declaration.NeverRuns();
}
