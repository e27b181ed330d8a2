using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>Rows in order of expert, each times the matrix of its expert, with its bias if the attribute asks for one.</summary>
/// <param name="module">The layer.</param>
/// <param name="tokens">What the experts compute.</param>
/// <param name="routing">Where the tokens go.</param>
/// <param name="weights">f32[T, K], of each slot; null where there are none.</param>
/// <param name="isGathered">Whether the tokens are in order of expert as they are.</param>
internal sealed class RoutedProjection(ModuleContext module, RouterInput tokens, Routing routing, Value? weights = null, bool isGathered = false)
    : ExpertProjection
{
    public override string NameOfInner => "inner";

    public override RouterInput Tokens => tokens;

    public override Value? Weights => weights;

    private Size Inner => module.Size("Inner");

    /// <summary>Each pair of a token and a slot as a token of its own, with one slot.</summary>
    private Routing Pairs => routing with { Position = module.Graph.Reshape(routing.Position, [routing.Position.Type.Count, Graphs.Size.One], "positionOfPair") };

    public override Value Into(string matrix) => Project(matrix, tokens.X, gather: !isGathered, routing, tokens.Width, Inner);

    public override Value OutOf(Value inner) => Project("Down", inner, gather: false, routing, Inner, tokens.Width);

    public override Value Beside(Value inner)
    {
        if (isGathered)
            throw new ShapeError("has experts of means of rows, which have no place in a sequence: Kind = AttentionHead is not for them");
        Routing pairs = Pairs;
        Value once = module.Graph.Add(new Fill(1, pairs.Position.Type.Shape), "once");
        Value rows = module.Graph.Add(new Combine(), "ofPairs", inner, once, pairs.Position, pairs.Order);
        return module.Graph.Reshape(rows, [tokens.Tokens, routing.Position.Type.Columns * Inner], "beside");
    }

    public override Value OutOfBeside(Value inner)
    {
        Value rows = module.Graph.Reshape(inner, [routing.Position.Type.Count, Inner], "pairs");
        return Project("Down", rows, gather: true, Pairs, Inner, tokens.Width);
    }

    private Value Project(string name, Value x, bool gather, Routing order, Size from, Size to)
    {
        ExpertProduct product = new(module, name, x, gather, order, tokens.Experts, from, to);
        Value rows = RouterPartKinds.Matrices.Of(module).Multiply(product);
        if (!module.Flag("Bias"))
            return rows;
        Value bias = module.Parameter($"{name}Bias", $"experts.{product.Word}.bias", new Initializer.Uniform(from), tokens.Experts, to);
        return module.Graph.Add(new GroupedBias(), product.Word, rows, bias, routing.Offsets);
    }
}
