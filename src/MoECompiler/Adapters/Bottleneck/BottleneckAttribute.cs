namespace MoECompiler;

/// <summary>
/// Declares an adapter of <typeparamref name="TModel"/> that puts a small layer behind each target weight, after its bias:
/// h becomes h + Up f(Down h + c) + d, with Down f32[Width, Out] and Up f32[Out, Width]. It cannot be merged.
/// </summary>
/// <remarks>2 * Width * Out + Width + Out parameters a matrix. Source: Houlsby et al., Parameter-Efficient Transfer Learning for NLP, ICML 2019.</remarks>
/// <typeparam name="TModel">A class marked <see cref="ModelAttribute">[Model]</see> of the same project.</typeparam>
public sealed class BottleneckAttribute<TModel> : AdapterAttribute where TModel : class
{
    /// <summary>What the output is narrowed to, at least 1.</summary>
    public int Width { get; set; } = 16;

    /// <summary>The function between the two matrices.</summary>
    public Activation Activation { get; set; }
}
