using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>
/// cos(P x, E_e) * min(exp(s), 100), P a projection to RouterWidth columns, E_e an embedding of each expert, s learned and at first log 2.
/// Source: Li et al., Sparse Mixture-of-Experts are Domain Generalizable Learners (GMoE), ICLR 2023, equation 5; the bound is Tutel's.
/// </summary>
internal sealed class CosineRouter : ScoringRouter
{
    /// <summary>What is added to a squared length: a row of zeroes has a cosine of 0 with everything.</summary>
    private const float Epsilon = 1e-12f;

    public override string Name => "Cosine";

    public override IReadOnlyList<string> Options => ["RouterWidth"];

    protected override Value Logits(ModuleContext module, RouterInput input)
    {
        GraphBuilder graph = module.Graph;
        Size width = Graphs.Size.Of(module.Integer("RouterWidth", 256));
        Value projection = module.Parameter("RouterProjection", "router.projection", new Initializer.Uniform(input.Width), width, input.Width);
        Value embeddings = module.Parameter("Router", "router.weight", new Initializer.Normal(0.01f), input.Experts, width);
        Value scale = module.Parameter("RouterScale", "router.scale", new Initializer.Constant(0.6931472f), Graphs.Size.One);
        Value projected = graph.MatMul(input.X, projection, transposeB: true, name: "projected");
        Value products = graph.MatMul(projected, embeddings, transposeB: true, name: "products");
        Value ofToken = graph.Reduce(Reduction.Sum, graph.Apply(ScalarFunction.Square, projected, "squares"), [1], "ofToken", keepExtents: true);
        Value ofExpert = graph.Reduce(Reduction.Sum, graph.Apply(ScalarFunction.Square, embeddings, "embeddingSquares"), [1], "ofExpert");
        ScalarExpression cosine = Scalar.In(0) * Scalar.Rsqrt(Scalar.In(1) + Epsilon) * Scalar.Rsqrt(Scalar.In(2) + Epsilon);
        return graph.Elementwise(cosine * Scalar.Min(Scalar.Exp(Scalar.In(3)), 100), [products, ofToken, ofExpert, scale], "logits");
    }
}
