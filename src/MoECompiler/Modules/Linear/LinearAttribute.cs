namespace MoECompiler;

/// <summary>Declares a dense layer, y = x W^T + b. f32[..., in] gives f32[..., out].</summary>
/// <param name="in">The innermost extent that comes in.</param>
/// <param name="out">The innermost extent that goes out.</param>
/// <remarks>out * in + out weights; 2 * in * out flops a row. A new one is U(-1/sqrt(in), 1/sqrt(in)), as in PyTorch.</remarks>
public sealed class LinearAttribute(int @in, int @out) : MemberAttribute
{
    public int In { get; } = @in;

    public int Out { get; } = @out;

    /// <summary>Whether b is there.</summary>
    public bool Bias { get; set; } = true;
}
