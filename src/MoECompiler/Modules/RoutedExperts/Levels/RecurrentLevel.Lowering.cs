using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>
/// The token and after it a state carried along its sequence, h_t = a h_{t-1} + (1 - a) x_t, a = sigmoid of a learned number a column: 2 Width
/// columns. It looks back and never ahead. Source: the recurrent router of Mu and Lin, A Comprehensive Survey of Mixture-of-Experts, 2025, section
/// II-C, with a linear recurrence (Martin and Cundy, 2018).
/// </summary>
internal sealed class RecurrentLevel : LevelKindLowering
{
    public override string Name => "Recurrent";

    public override RouterInput Read(ModuleContext module, Value x, RouterInput tokens)
    {
        CheckSequences(x);
        GraphBuilder graph = module.Graph;
        // sigmoid(2) = 0.88: a new router remembers some eight tokens.
        Value memory = module.Parameter("RouterMemory", "router.memory", new Initializer.Constant(2), tokens.Width);
        Value decay = graph.Apply(ScalarFunction.Sigmoid, memory, "decay");
        Value taken = graph.Elementwise((1 - Scalar.In(1)) * Scalar.In(0), [x, decay], "taken");
        Value both = graph.Add(new Concat(2), "context", x, graph.Add(new Recurrence(), "state", taken, decay));
        return tokens with { X = graph.AsRows(both), Width = 2 * tokens.Width };
    }
}
