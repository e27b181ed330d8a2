namespace MoECompiler.Ops;

/// <summary>Which slots of a token are kept.</summary>
public enum SlotRule
{
    /// <summary>
    /// Those before which the scores add up to less than the limit: of shares in descending order the fewest that reach it, which is top-p.
    /// A limit of 0 keeps the first, one of 1 or more all. Source: Huang et al., Harder Tasks Need More Experts, ACL 2024.
    /// </summary>
    Share,

    /// <summary>Those whose score is above the limit. Source: Nie et al., EvoMoE, 2021.</summary>
    Above,
}
