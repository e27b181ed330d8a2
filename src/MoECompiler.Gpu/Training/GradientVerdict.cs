namespace MoECompiler.Training;

/// <summary>What a device finds of the gradients and metrics of a step.</summary>
internal struct GradientVerdict
{
    /// <summary>The sum of the squares of what is not <see cref="GradientKernels.Large"/>.</summary>
    public float Small;

    /// <summary>The sum of the squares of what is, each number times <see cref="GradientKernels.Shrink"/>.</summary>
    public float Large;

    /// <summary>What gradients are multiplied by, so that their norm is at most the bound.</summary>
    public float Scale;

    /// <summary>1 if all gradients and metrics are finite, else 0.</summary>
    public int IsFinite;

    /// <summary>The norm of all gradients together.</summary>
    public readonly double Norm => Math.Sqrt(Small + (double)Large / GradientKernels.Shrink / GradientKernels.Shrink);
}
