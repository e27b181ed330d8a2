namespace MoECompiler;

/// <summary>
/// Declares the first layer of a vision transformer: an image is cut into squares, each of which becomes a row.
/// f32[B, H, W, channels] gives f32[B, (H / patch) * (W / patch), width], the squares in the order of their rows.
/// </summary>
/// <param name="channels">The channels of the image.</param>
/// <param name="patch">The height and width of a square.</param>
/// <param name="width">The extent of a row that goes out.</param>
/// <remarks>
/// width * channels * patch^2 + width weights, laid out as those of a convolution whose stride is its kernel.
/// Source: Dosovitskiy et al., An Image is Worth 16x16 Words, ICLR 2021.
/// </remarks>
public sealed class PatchEmbeddingAttribute(int channels, int patch, int width) : MemberAttribute
{
    public int Channels { get; } = channels;

    public int Patch { get; } = patch;

    public int Width { get; } = width;

    /// <summary>Whether a bias is added to each row.</summary>
    public bool Bias { get; set; } = true;
}
