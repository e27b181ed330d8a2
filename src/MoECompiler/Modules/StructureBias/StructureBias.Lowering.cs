using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>
/// With psi_k(D) = exp(-((D - mu_k) / sigma_k)^2 / 2) / (sqrt(2 pi) sigma_k), sigma_k = |s_k| + 0.001, of the distance D of two points: the bias of
/// a pair is W2 gelu(W1 psi + b1) + b2, the encoding of a point is We sum_j psi_ij + be, where i and j are known, and else 0. mu and s start as
/// U(0, 3). Source: Wu et al., Structure-Enhanced Protein Instruction Tuning, KDD 2025, and its code.
/// </summary>
internal sealed class StructureBiasLowering : ModuleLowering
{
    /// <summary>The least deviation.</summary>
    private const float Least = 1e-3f;

    private const float InverseRootOfTwoPi = 0.3989423f;

    public override string Kind => "StructureBias";

    public override Value Lower(ModuleContext module, EquatableArray<Value> inputs) => LowerAll(module, inputs)[0];

    public override EquatableArray<Value> LowerAll(ModuleContext module, EquatableArray<Value> inputs)
    {
        GraphBuilder graph = module.Graph;
        PointPairs pairs = new(graph, inputs[0], inputs[1]);
        Value bells = Bells(module, pairs);
        return [Bias(module, pairs, bells), Encoding(module, pairs, bells)];
    }

    /// <summary>f32[B, S, S, Gaussians].</summary>
    private static Value Bells(ModuleContext module, PointPairs pairs)
    {
        Size count = module.Size("Gaussians", 128);
        Initializer start = new Initializer.Between(0, 3);
        Value means = module.Parameter("Means", "means", start, count), deviations = module.Parameter("Deviations", "stds", start, count);
        ScalarExpression deviation = Scalar.Abs(Scalar.In(2)) + Least;
        ScalarExpression bell = InverseRootOfTwoPi * Scalar.Exp(-0.5f * Scalar.Square((Scalar.In(0) - Scalar.In(1)) / deviation)) / deviation;
        Value distances = module.Graph.Reshape(pairs.Distances(), [pairs.Batch, pairs.Count, pairs.Count, Graphs.Size.One], "distances");
        return module.Graph.Elementwise(bell, [distances, means, deviations], "bells");
    }

    private static Value Bias(ModuleContext module, PointPairs pairs, Value bells)
    {
        (GraphBuilder graph, Size count, Size heads) = (module.Graph, bells.Type.Columns, module.Size("Heads"));
        Value inner = graph.Apply(ScalarFunction.Gelu, Linear(module, "First", "layer1", graph.AsRows(bells), count), "inner");
        Value ofPair = graph.Reshape(Linear(module, "Second", "layer2", inner, heads), [pairs.Batch, pairs.Count, pairs.Count, heads], "ofPair");
        Value ofHead = graph.Add(new Transpose([0, 3, 1, 2]), "ofHead", ofPair);
        Value rows = graph.Reshape(pairs.Known, [pairs.Batch, Graphs.Size.One, pairs.Count, Graphs.Size.One], "knownRows");
        Value columns = graph.Reshape(pairs.Known, [pairs.Batch, Graphs.Size.One, Graphs.Size.One, pairs.Count], "knownColumns");
        return graph.Elementwise(Scalar.Select(Scalar.Step(Scalar.In(0)) * Scalar.In(1), Scalar.In(2), 0f), [rows, columns, ofHead], "bias");
    }

    private static Value Encoding(ModuleContext module, PointPairs pairs, Value bells)
    {
        GraphBuilder graph = module.Graph;
        Value columns = graph.Reshape(pairs.Known, [pairs.Batch, Graphs.Size.One, pairs.Count, Graphs.Size.One], "knownColumns");
        Value seen = graph.Elementwise(Scalar.Select(Scalar.In(0), Scalar.In(1), 0f), [columns, bells], "seen");
        Value encoded = Linear(module, "Edges", "edge_proj", graph.Reduce(Reduction.Sum, seen, [2], "sums"), module.Size("Width"));
        return graph.Elementwise(Scalar.Select(Scalar.In(0), Scalar.In(1), 0f), [pairs.KnownRows, encoded], "encoding");
    }

    private static Value Linear(ModuleContext module, string name, string tensor, Value x, Size columns)
    {
        Initializer start = new Initializer.Uniform(x.Type.Columns);
        Value weight = module.Parameter(name, $"{tensor}.weight", start, columns, x.Type.Columns);
        Value bias = module.Parameter($"{name}Bias", $"{tensor}.bias", start, columns);
        return module.Graph.Add(module.Graph.MatMul(x, weight, transposeB: true, name: name.ToLowerInvariant()), bias, name.ToLowerInvariant());
    }
}
