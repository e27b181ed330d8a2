namespace MoECompiler.Training;

/// <summary>Keeps a batch that is unlike the others from throwing the weights far away: it bounds the length of the gradient.</summary>
/// <remarks>Source: Pascanu et al., On the difficulty of training recurrent neural networks, ICML 2013.</remarks>
public static class GradientClip
{
    /// <summary>What all gradients are to be multiplied by so that their norm together is at most <paramref name="maximum"/>.</summary>
    public static double Scale(double norm, double maximum) => norm > maximum ? maximum / norm : 1;
}
