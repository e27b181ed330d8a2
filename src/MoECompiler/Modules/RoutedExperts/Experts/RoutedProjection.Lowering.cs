using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>Rows in order of expert, each times the matrix of its expert, with its bias if the attribute asks for one.</summary>
/// <param name="module">The layer.</param>
/// <param name="tokens">What the experts compute.</param>
/// <param name="routing">Where the tokens go.</param>
/// <param name="isGathered">Whether the tokens are in order of expert as they are.</param>
internal sealed class RoutedProjection(ModuleContext module, RouterInput tokens, Routing routing, bool isGathered = false) : ExpertProjection
{
    public override string NameOfInner => "inner";

    private Size Inner => module.Size("Inner");

    public override Value Into(string matrix) => Project(matrix, tokens.X, gather: !isGathered, tokens.Width, Inner);

    public override Value OutOf(Value inner) => Project("Down", inner, gather: false, Inner, tokens.Width);

    private Value Project(string name, Value x, bool gather, Size from, Size to)
    {
        string word = name.ToLowerInvariant();
        Value weight = module.Matrix(name, $"experts.{word}.weight", new Initializer.Uniform(from), tokens.Experts, to, from);
        Value rows = module.Graph.GroupedMatMul(x, weight, routing, gather, transposeB: true, word);
        if (!module.Flag("Bias"))
            return rows;
        Value bias = module.Parameter($"{name}Bias", $"experts.{word}.bias", new Initializer.Uniform(from), tokens.Experts, to);
        return module.Graph.Add(new GroupedBias(), word, rows, bias, routing.Offsets);
    }
}
