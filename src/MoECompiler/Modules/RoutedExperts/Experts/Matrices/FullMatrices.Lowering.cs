using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>W_e x.</summary>
internal sealed class FullMatrices : ExpertMatricesKind
{
    public override string Name => "Full";

    public override Value Multiply(ExpertProduct product)
    {
        Value weight = product.Matrix("", new Initializer.Uniform(product.From), product.To, product.From);
        return product.Graph.GroupedMatMul(product.X, weight, product.Routing, product.Gather, transposeB: true, product.Word);
    }
}
