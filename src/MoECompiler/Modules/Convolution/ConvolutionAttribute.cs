namespace MoECompiler;

/// <summary>
/// Declares a two-dimensional convolution, channels last: f32[B, H, W, in] gives f32[B, OH, OW, out] with
/// OH = (H + 2 * padding - kernel) / stride + 1, and OW likewise.
/// </summary>
/// <param name="in">The channels that come in.</param>
/// <param name="out">The channels that go out.</param>
/// <param name="kernel">The window's height and width.</param>
/// <remarks>
/// out * in * kernel^2 + out weights; 2 * in * out * kernel^2 flops a place of the result. A new one is
/// U(-1/sqrt(in * kernel^2), 1/sqrt(in * kernel^2)), as in PyTorch.
/// </remarks>
public sealed class ConvolutionAttribute(int @in, int @out, int kernel) : MemberAttribute
{
    public int In { get; } = @in;

    public int Out { get; } = @out;

    public int Kernel { get; } = kernel;

    /// <summary>The step from window to window.</summary>
    public int Stride { get; set; } = 1;

    /// <summary>Zeroes on each side.</summary>
    public int Padding { get; set; }

    /// <summary>Whether each channel that goes out has a bias.</summary>
    public bool Bias { get; set; } = true;
}
