namespace MoECompiler;

/// <summary>
/// Declares an adapter of <typeparamref name="TModel"/> that multiplies each output of a target weight's product by a trained number: W acts as
/// diag(l) W. Its usual targets are keys, values and the inside of the feed-forward layers.
/// </summary>
/// <remarks>
/// Out parameters a matrix. Source: Liu et al., Few-Shot Parameter-Efficient Fine-Tuning is Better and Cheaper than In-Context Learning, NeurIPS 2022.
/// </remarks>
/// <typeparam name="TModel">A class marked <see cref="ModelAttribute">[Model]</see> of the same project.</typeparam>
public sealed class Ia3Attribute<TModel> : AdapterAttribute where TModel : class;
