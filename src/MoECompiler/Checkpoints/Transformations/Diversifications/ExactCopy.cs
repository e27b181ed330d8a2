namespace MoECompiler.Checkpoints;

/// <summary>E_e = E. Source: Komatsuzaki et al., Sparse Upcycling, ICLR 2023.</summary>
public sealed record ExactCopy : Diversification
{
    public override FeedForward Apply(FeedForward dense, ExpertDraw draw) => dense;
}
