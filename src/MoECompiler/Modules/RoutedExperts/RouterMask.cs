namespace MoECompiler;

/// <summary>Which experts a row may have, whatever the router says. Ids are the layer's second argument.</summary>
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
}
