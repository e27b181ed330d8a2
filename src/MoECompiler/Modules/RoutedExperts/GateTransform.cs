namespace MoECompiler;

/// <summary>What becomes of a <see cref="RoutedExpertsAttribute.GateLoss"/> before it is added to the loss.</summary>
public enum GateTransform
{
    /// <summary>It is added as it is.</summary>
    None,

    /// <summary>- log of it, as published (moe_gate_loss_transform = neg_log): it grows where the term falls. Source: Nie et al., EvoMoE, 2021.</summary>
    NegativeLog,
}
