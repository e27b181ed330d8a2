namespace MoECompiler;

/// <summary>Which experts a row may have, whatever the router says. Ids, where there are any, are the layer's second argument.</summary>
public enum RouterMask
{
    /// <summary>Any.</summary>
    None,

    /// <summary>
    /// Those that a table says, <c>Mask</c>, of 1 and 0 for each id and expert; one id a row or one a sample. Nothing trains it: a new model's is 1
    /// throughout, and <see cref="ExpertMask"/> makes others. Source: Su et al., MaskMoE, 2024.
    /// </summary>
    Table,

    /// <summary>VisibleExperts for each id, one a row, drawn from RouterSeed. Source: Su et al., MaskMoE, 2024.</summary>
    Drawn,

    /// <summary>
    /// In training those of the <see cref="RoutedExpertsAttribute.Groups"/> equal parts that a row does not lose, each with probability
    /// <see cref="RoutedExpertsAttribute.BranchDropout"/> and never all of them; outside of it any: the tree dropout of a
    /// <see cref="RouterKind.Hierarchical"/> router. Source: Irsoy and Alpaydin, Dropout Regularization in Hierarchical Mixture of Experts, 2021.
    /// </summary>
    Branches,
}
