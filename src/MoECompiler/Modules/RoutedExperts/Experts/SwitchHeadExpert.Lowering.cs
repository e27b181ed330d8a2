using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>
/// down_e(attention(query_h(X), key_h(X), g up_e(X))) summed over heads, each with a weight g: e is the head's expert for the token, and g its weight,
/// which the values have as a token is looked at and the results as it looks. A head's attention is computed once, however many experts it has.
/// Source: Csordas et al., SwitchHead, NeurIPS 2024, equations 7 to 10, with one selection for both sides.
/// </summary>
internal sealed class SwitchHeadExpert : ExpertKindLowering
{
    public override string Name => "SwitchHead";

    public override IReadOnlyList<string> Options => ["Causal", "Rotary", "RotaryBase"];

    public override IReadOnlyList<string> Excludes => ["SharedExperts"];

    public override Value Lower(ModuleContext module, ExpertProjection projection)
    {
        (GraphBuilder graph, RouterInput tokens, Size size) = (module.Graph, projection.Tokens, module.Size("Inner"));
        if (tokens.Shape.Count != 2)
            throw new ShapeError($"takes f32[B, S, {tokens.Width}] with Kind = SwitchHead and is given f32[{string.Join(", ", tokens.Shape)}, {tokens.Width}]");
        Value weights = projection.Weights ?? throw new ShapeError("has experts without weights of their own: Kind = SwitchHead is not for them");
        Value beside = projection.Beside(projection.Into("Up"));
        Size heads = beside.Type.Columns / size, pairs = weights.Type.Count;
        Value ofPairs = graph.Reshape(beside, [pairs, size], "ofHeads");
        Value weighted = graph.Multiply(ofPairs, graph.Reshape(weights, [pairs, Graphs.Size.One], "ofHead"), "values");
        AttentionPlaces places = new(module, tokens.Shape[1], size);
        Value y = graph.Attention(
            places.Turn(Project("Query"), heads), places.Turn(Project("Key"), heads), Sequences(weighted, "values"),
            heads, heads, scale: 0, module.Flag("Causal"), projection.NameOfInner);
        return projection.OutOfBeside(graph.Reshape(y, beside.Type.Shape, projection.NameOfInner));

        Value Sequences(Value rows, string name) => graph.Reshape(rows, [.. tokens.Shape, heads * size], name);

        Value Project(string name)
        {
            Value weight = module.Matrix(name, $"heads.{name.ToLowerInvariant()}.weight", new Initializer.Uniform(tokens.Width), heads * size, tokens.Width);
            return Sequences(graph.MatMul(tokens.X, weight, transposeB: true, name: name.ToLowerInvariant()), name.ToLowerInvariant());
        }
    }
}
