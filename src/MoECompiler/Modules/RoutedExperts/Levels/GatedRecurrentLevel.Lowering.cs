using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>
/// The token and after it the state of a gated recurrent unit of RouterWidth columns along its sequence: Width + RouterWidth columns. It looks back and
/// never ahead. Source: the recurrent router of Mu and Lin, A Comprehensive Survey of Mixture-of-Experts, 2025, section II-C, with the unit of Cho et
/// al., EMNLP 2014.
/// </summary>
internal sealed class GatedRecurrentLevel : LevelKindLowering
{
    public override string Name => "GatedRecurrent";

    public override IReadOnlyList<string> Options => ["RouterWidth"];

    public override RouterInput Read(ModuleContext module, Value x, RouterInput tokens)
    {
        CheckSequences(x);
        GraphBuilder graph = module.Graph;
        Size width = module.Size("RouterWidth", Graphs.Size.Of(256)), gates = 3 * width;
        Value weight = module.Parameter("RouterGates", "router.gates.weight", new Initializer.Uniform(width), gates, tokens.Width);
        Value bias = module.Parameter("RouterGatesBias", "router.gates.bias", new Initializer.Uniform(width), gates);
        Value state = module.Parameter("RouterState", "router.state.weight", new Initializer.Uniform(width), gates, width);
        Value known = graph.Add(graph.MatMul(graph.AsRows(x), weight, transposeB: true, name: "known"), bias, "known");
        Value sequences = graph.Reshape(known, [x.Type.Shape[0], x.Type.Shape[1], gates], "known");
        Value states = graph.Add(new GatedRecurrence(), "state", sequences, graph.Add(new Transpose([1, 0]), "recurrent", state));
        return tokens with { X = graph.AsRows(graph.Add(new Concat(2), "context", x, states)), Width = tokens.Width + width };
    }
}
