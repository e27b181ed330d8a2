namespace MoECompiler;

/// <summary>Whose scores a <see cref="RoutedExpertsAttribute.GateLoss"/> looks at.</summary>
public enum GateMask
{
    /// <summary>Those of the experts that a row has.</summary>
    Chosen,

    /// <summary>Those of all experts.</summary>
    All,
}
