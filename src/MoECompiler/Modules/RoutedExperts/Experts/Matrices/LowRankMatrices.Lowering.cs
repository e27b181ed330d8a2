using MoECompiler.Graphs;

namespace MoECompiler.Modules;

/// <summary>B_e A_e x, of Rank columns and Rank rows.</summary>
internal sealed class LowRankMatrices : ExpertMatricesKind
{
    public override string Name => "LowRank";

    public override IReadOnlyList<string> Options => ["Rank"];

    public override IReadOnlyList<string> Excludes => ["OrthogonalityLoss"];

    public override Value Multiply(ExpertProduct product) => product.Thin(new Initializer.Uniform(Graphs.Size.Of(product.Rank)));
}
