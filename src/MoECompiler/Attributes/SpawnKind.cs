namespace MoECompiler;

/// <summary>How experts are made of one network.</summary>
public enum SpawnKind
{
    /// <summary>A random share of each expert's weights is 0. Source: Nie et al., EvoMoE, 2021.</summary>
    Mask,

    /// <summary>Exact copies: experts that only the router can tell apart. Source: Komatsuzaki et al., Sparse Upcycling, ICLR 2023.</summary>
    Copy,

    /// <summary>Normal noise is added, in parts of each matrix's deviation. Source: Nie et al., EvoMoE, 2021.</summary>
    Noise,

    /// <summary>A random share of each expert's neurons begins anew. Source: Nakamura et al., Drop-Upcycling, ICLR 2025.</summary>
    Reinitialize,
}
