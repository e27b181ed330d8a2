using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>
/// With the bells psi of the distance of two points, whose means and deviations start as U(0, 3): the bias of a pair is W2 gelu(W1 psi + b1) + b2, the
/// encoding of a point is We sum_j psi_ij + be, where i and j are known, and else 0. No bell is in memory for all pairs: see <see cref="PairBias"/> and
/// <see cref="BellSums"/>. Source: Wu et al., Structure-Enhanced Protein Instruction Tuning, KDD 2025, and its code.
/// </summary>
internal sealed class StructureBiasLowering : ModuleLowering
{
    public override string Kind => "StructureBias";

    public override Value Lower(ModuleContext module, EquatableArray<Value> inputs) => LowerAll(module, inputs)[0];

    public override EquatableArray<Value> LowerAll(ModuleContext module, EquatableArray<Value> inputs)
    {
        GraphBuilder graph = module.Graph;
        (Size width, Size heads, Size bells) = (module.Size("Width"), module.Size("Heads"), module.Size("Gaussians", 128));
        PointPairs pairs = new(graph, inputs[0], inputs[1]);
        Value distances = pairs.Distances();
        Initializer start = new Initializer.Between(0, 3);
        Value means = module.Parameter("Means", "means", start, bells), deviations = module.Parameter("Deviations", "stds", start, bells);
        (Value first, Value firstBias) = Layer(module, "First", "layer1", bells, bells);
        (Value second, Value secondBias) = Layer(module, "Second", "layer2", bells, heads);
        Value bias = graph.Add(new PairBias(), "bias", distances, pairs.Known, means, deviations, first, firstBias, second, secondBias);

        Value sums = graph.Add(new BellSums(), "sums", distances, pairs.Known, means, deviations);
        (Value edges, Value edgesBias) = Layer(module, "Edges", "edge_proj", bells, width);
        Value encoded = graph.Add(graph.MatMul(sums, edges, transposeB: true, name: "encoded"), edgesBias, "encoded");
        return [bias, graph.Elementwise(Scalar.Select(Scalar.In(0), Scalar.In(1), 0f), [pairs.KnownRows, encoded], "encoding")];
    }

    private static (Value Weight, Value Bias) Layer(ModuleContext module, string name, string tensor, Size from, Size to)
    {
        Initializer start = new Initializer.Uniform(from);
        return (module.Parameter(name, $"{tensor}.weight", start, to, from), module.Parameter($"{name}Bias", $"{tensor}.bias", start, to));
    }
}
