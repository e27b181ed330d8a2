using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>
/// The mean squared cosine between the first matrices of two different experts, each taken as one vector: 0 where they have nothing in common,
/// 1 where they are the same. A penalty on similar experts, as of CMoIE (Wang et al., 2022), on weights in place of outputs, of which a token
/// has only those of its K experts.
/// </summary>
internal sealed class OrthogonalityLoss : RouterLoss
{
    public override string Argument => "OrthogonalityLoss";

    public override string Metric => "orthogonality";

    public override bool NeedsScores => false;

    public override Value Lower(ModuleContext module, RouterInput input, Routed routed)
    {
        GraphBuilder graph = module.Graph;
        (Size experts, Size inner, Size width) = (input.Experts, module.Size("Inner"), module.Size("Width"));
        Value up = graph.Convert(module.Matrix("Up", "experts.up.weight", new Initializer.Uniform(width), experts, inner, width), DType.F32);
        Value vectors = graph.Reshape(up, [experts, inner * width], "vectors");
        Value lengths = graph.Reduce(Reduction.Sum, graph.Apply(ScalarFunction.Square, vectors, "squares"), [1], "lengths");
        Value products = graph.MatMul(vectors, vectors, transposeB: true, name: "similar");
        Value rows = graph.Reshape(lengths, [experts, Graphs.Size.One], "lengthOfRow");
        Value cosines = graph.Elementwise(Scalar.Square(Scalar.In(0)) / (Scalar.In(1) * Scalar.In(2)), [products, rows, lengths], "cosines");
        Value sum = graph.ReduceAll(Reduction.Sum, cosines, "cosineSum");
        // Each expert is itself once.
        ScalarExpression count = Scalar.Extent(experts);
        return graph.Elementwise((Scalar.In(0) - count) / Scalar.Max(count * (count - 1), 1), [sum], "orthogonality");
    }
}
