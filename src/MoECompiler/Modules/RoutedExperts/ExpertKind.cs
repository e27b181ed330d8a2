namespace MoECompiler;

/// <summary>What each expert computes.</summary>
public enum ExpertKind
{
    /// <summary>Down(f(Up(x))), f the <see cref="Activation"/>.</summary>
    TwoLayer,

    /// <summary>Down(silu(Gate(x)) * Up(x)). Source: Shazeer, GLU Variants Improve Transformer, 2020.</summary>
    SwiGlu,
}
