using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>
/// down(attention(up(x), key(X), value(X))): an expert is one head, with a query's matrix and the matrix back; X is the token's sequence, whose
/// keys and values all experts share. Source: Zhang et al., Mixture of Attention Heads, EMNLP 2022.
/// </summary>
/// <remarks>
/// The heads of a token lie beside each other, as those of attention with one head of keys do; each then goes back to its expert. Shared
/// experts are further heads, which every token has: MoH, Jin et al., 2024.
/// </remarks>
internal sealed class AttentionHeadExpert : ExpertKindLowering
{
    public override string Name => "AttentionHead";

    public override IReadOnlyList<string> Options => ["Causal", "Rotary", "RotaryBase"];

    public override Value Lower(ModuleContext module, ExpertProjection projection)
    {
        (GraphBuilder graph, RouterInput tokens, Size size) = (module.Graph, projection.Tokens, module.Size("Inner"));
        if (tokens.Shape.Count != 2)
            throw new ShapeError($"takes f32[B, S, {tokens.Width}] with Kind = AttentionHead and is given f32[{string.Join(", ", tokens.Shape)}, {tokens.Width}]");
        Value beside = projection.Beside(projection.Into("Up"));
        Size heads = beside.Type.Columns / size;
        AttentionPlaces places = new(module, tokens.Shape[1], size);
        Value queries = places.Turn(Sequences(beside, "queries"), heads);
        Value keys = places.Turn(Sequences(Project("Key"), "keys"), Graphs.Size.One);
        Value values = Sequences(Project("Value"), "values");
        Value y = graph.Attention(queries, keys, values, heads, Graphs.Size.One, scale: 0, module.Flag("Causal"), projection.NameOfInner);
        return projection.OutOfBeside(graph.Reshape(y, beside.Type.Shape, projection.NameOfInner));

        Value Sequences(Value rows, string name) => graph.Reshape(rows, [.. tokens.Shape, rows.Type.Columns], name);

        Value Project(string name)
        {
            Value weight = module.Matrix(name, $"experts.{name.ToLowerInvariant()}.weight", new Initializer.Uniform(tokens.Width), size, tokens.Width);
            return graph.MatMul(tokens.X, weight, transposeB: true, name: name.ToLowerInvariant());
        }
    }
}
