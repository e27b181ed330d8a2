namespace MoECompiler;

/// <summary>
/// Declares what the places of points in space tell an attention: a bias on its scores for each pair and head, made of the pair's distance, and an
/// encoding of each point, made of its distances to all. f32[B, S, 3] and which of them are known, f32[B, S], give f32[B, heads, S, S] and
/// f32[B, S, width].
/// </summary>
/// <param name="width">The columns of the encoding.</param>
/// <param name="heads">The heads of the attention.</param>
/// <param name="gaussians">How many bells a distance is compared with.</param>
/// <remarks>
/// gaussians * (gaussians + heads + width + 3) + heads + width weights, all of 32 bits, in whatever precision the model is. Both results stay as
/// they are when all points are turned or moved together. Source: Wu et al., Structure-Enhanced Protein Instruction Tuning, KDD 2025; the bells
/// are those of Luo et al., One Transformer Can Understand Both 2D and 3D Molecular Data, ICLR 2023.
/// </remarks>
public sealed class StructureBiasAttribute(int width, int heads, int gaussians = 128) : MemberAttribute
{
    public int Width { get; } = width;

    public int Heads { get; } = heads;

    public int Gaussians { get; } = gaussians;
}
