namespace MoECompiler;

/// <summary>What the experts' matrices are made of.</summary>
public enum ExpertMatrices
{
    /// <summary>Each expert has its own.</summary>
    Full,

    /// <summary>
    /// B A, of Rank columns and Rank rows: Rank (In + Out) weights an expert and matrix. Source: Hu et al., LoRA, ICLR 2022, of all of a matrix.
    /// </summary>
    LowRank,

    /// <summary>
    /// W + Alpha / Rank B A: W is one for all experts, which begin as that, and each has a B and an A. Sources: Dou et al., LoRAMoE, ACL 2024;
    /// Liu et al., MOELoRA, SIGIR 2024.
    /// </summary>
    Adapted,
}
