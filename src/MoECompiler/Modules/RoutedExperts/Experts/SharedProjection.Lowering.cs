using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>
/// Experts that every token passes: one feed-forward network of <c>SharedExperts</c> times the inner width, of the same kind as the routed
/// ones and without a gate of its own. Source: Dai et al., DeepSeekMoE, 2024.
/// </summary>
internal sealed class SharedProjection(ModuleContext module, RouterInput tokens, int count) : ExpertProjection
{
    public override string NameOfInner => "sharedInner";

    public override RouterInput Tokens => tokens;

    private Size Inner => count * module.Size("Inner");

    public override Value Into(string matrix) => Project(matrix, tokens.X, tokens.Width, Inner, $"shared{matrix}");

    public override Value OutOf(Value inner) => Project("Down", inner, Inner, tokens.Width, "shared");

    /// <summary>They are one network, whose inner rows are all experts'.</summary>
    public override Value Beside(Value inner) => inner;

    public override Value OutOfBeside(Value inner) => OutOf(inner);

    private Value Project(string matrix, Value x, Size from, Size to, string name)
    {
        Value weight = module.Matrix($"Shared{matrix}", $"shared.{matrix.ToLowerInvariant()}.weight", new Initializer.Uniform(from), to, from);
        return module.Graph.MatMul(x, weight, transposeB: true, name: name);
    }
}
