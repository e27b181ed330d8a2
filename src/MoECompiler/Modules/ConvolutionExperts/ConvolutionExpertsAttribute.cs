namespace MoECompiler;

/// <summary>
/// Declares a mixture of convolutions, channels last: a router sends each window of an image to the topK best of some convolutions, whose
/// results are added up, weighted by its scores. f32[B, H, W, in] gives f32[B, OH, OW, out] with OH = (H + 2 * padding - kernel) / stride + 1,
/// and OW likewise.
/// </summary>
/// <param name="in">The channels that come in.</param>
/// <param name="out">The channels that go out.</param>
/// <param name="kernel">The window's height and width.</param>
/// <param name="experts">How many convolutions.</param>
/// <param name="topK">How many of them compute a window.</param>
/// <remarks>
/// experts * (out + 1) * in * kernel^2 weights, and experts * out with biases; 2 * in * (topK * out + experts) * kernel^2 flops a place of the
/// result. With a stride of kernel the windows are patches. Source: Chowdhury et al., Patch-level Routing in Mixture-of-Experts is Provably
/// Sample-efficient for Convolutional Neural Networks, ICML 2023, where experts choose their patches: <see cref="RouterSelection.ExpertChoice"/>.
/// </remarks>
public sealed class ConvolutionExpertsAttribute(int @in, int @out, int kernel, int experts, int topK) : MemberAttribute
{
    public int In { get; } = @in;

    public int Out { get; } = @out;

    public int Kernel { get; } = kernel;

    public int Experts { get; } = experts;

    public int TopK { get; } = topK;

    /// <summary>The step from window to window.</summary>
    public int Stride { get; set; } = 1;

    /// <summary>Zeroes on each side.</summary>
    public int Padding { get; set; }

    /// <summary>Whether the convolutions have biases.</summary>
    public bool Bias { get; set; }

    /// <summary>The function of what a convolution gives, before it is weighted.</summary>
    public Activation Activation { get; set; } = Activation.Identity;

    /// <summary>Which of the judged experts compute which windows.</summary>
    public RouterSelection Selection { get; set; } = RouterSelection.TopK;

    /// <summary>
    /// An expert takes at most ceil(windows * topK / experts * CapacityFactor) windows, 0 being no bound; with expert choice just as many, 0
    /// counting as 1.
    /// </summary>
    public float CapacityFactor { get; set; }

    /// <summary>What is added in training, so that experts which are rarely chosen are tried.</summary>
    public RouterNoise Noise { get; set; } = RouterNoise.None;

    /// <summary>How much noise: its deviation, or the width of the jitter.</summary>
    public float NoiseScale { get; set; } = 1f;

    /// <summary>Divide the scores of the chosen experts by their sum.</summary>
    public bool NormalizeTopK { get; set; } = true;

    /// <summary>The weight of the balance loss, experts * sum over experts of (share of windows) * (mean score). 0: none. Source: Fedus et al., Switch Transformers, JMLR 2022.</summary>
    public float BalanceLoss { get; set; }

    /// <summary>The weight of the z-loss, mean of logsumexp(logits)^2, which keeps the logits small. 0: none. Source: Zoph et al., ST-MoE, 2022.</summary>
    public float ZLoss { get; set; }
}
