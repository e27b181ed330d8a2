namespace MoECompiler;

/// <summary>What is added to a router in training, so that experts which are rarely chosen are tried. Serving has none.</summary>
public enum RouterNoise
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>N(0, (NoiseScale / Experts)^2) on each logit. Source: Riquelme et al., V-MoE, NeurIPS 2021.</summary>
    Gaussian,

    /// <summary>N(0, 1) NoiseScale softplus(x W_noise) on each logit. Source: Shazeer et al., Outrageously Large Neural Networks, ICLR 2017.</summary>
    Learned,

    /// <summary>The router's input times U[1 - NoiseScale, 1 + NoiseScale). Source: Fedus et al., Switch Transformers, JMLR 2022.</summary>
    Jitter,

    /// <summary>
    /// NoiseScale times Gumbel(0, 1) on each logit: with a scale of 1, what is chosen is drawn by the softmax. Source: Kool et al., Stochastic
    /// Beams and Where to Find Them, ICML 2019.
    /// </summary>
    Gumbel,
}
