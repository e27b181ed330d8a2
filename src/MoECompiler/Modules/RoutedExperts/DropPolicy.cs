namespace MoECompiler;

/// <summary>Which rows pass an expert by that more of them chose than it takes.</summary>
public enum DropPolicy
{
    /// <summary>The last ones: first slots come before second ones, and then the rows in their order. Source: Lepikhin et al., GShard, 2020.</summary>
    Position,

    /// <summary>Those that no expert scores high. Source: Riquelme et al., Scaling Vision with Sparse Mixture of Experts, NeurIPS 2021.</summary>
    Priority,

    /// <summary>Any, drawn anew in each step of training; outside of it the last ones. Source: Rajbhandari et al., DeepSpeed-MoE, 2022.</summary>
    Random,
}
