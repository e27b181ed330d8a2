namespace MoECompiler;

/// <summary>The small layer behind a weight, declared by <see cref="BottleneckAttribute{TModel}">[Bottleneck&lt;TModel&gt;]</see>.</summary>
public sealed class BottleneckLayer(Parameter weight, int In, Parameter down, Parameter downBias, Parameter up, Parameter upBias)
    : AdaptedWeight(weight, downBias.Extents.Rows, In)
{
    /// <summary>f32[Groups..., Width, Out].</summary>
    public Parameter Down { get; } = down;

    /// <summary>f32[Groups..., Width].</summary>
    public Parameter DownBias { get; } = downBias;

    /// <summary>f32[Groups..., Out, Width].</summary>
    public Parameter Up { get; } = up;

    /// <summary>f32[Groups..., Out].</summary>
    public Parameter UpBias { get; } = upBias;

    internal override RowChange Change() =>
        throw new NotSupportedException($"A [Bottleneck] adapter cannot be merged into {Weight.Path}: it is a layer of its own behind the weight, with a function that no weight has.");
}
