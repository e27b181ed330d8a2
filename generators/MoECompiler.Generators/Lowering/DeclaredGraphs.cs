using MoECompiler.Generators.Parsing;

namespace MoECompiler.Generators.Lowering;

/// <summary>The graphs of a model as they were declared.</summary>
/// <param name="Forward">The results.</param>
/// <param name="Evaluate">The results, the loss and what is reported with it, without dropout and noise; null where there is no loss.</param>
/// <param name="Loss">The loss in training; null where there is none.</param>
internal sealed record DeclaredGraphs(Graph Forward, Graph? Evaluate, Graph? Loss)
{
    /// <exception cref="LoweringError">The declaration makes no graph.</exception>
    public static DeclaredGraphs Of(ModelSpec spec) => new(
        ModelLowering.Forward(spec),
        spec.Loss is null ? null : ModelLowering.Loss(spec, isTraining: false),
        spec.Loss is null ? null : ModelLowering.Loss(spec, isTraining: true));

    /// <summary>A graph with all parameters: noise has some that only training uses.</summary>
    public Graph Fullest => Loss ?? Forward;

    /// <param name="change">What to make of a graph, and whether it is the one of training.</param>
    public DeclaredGraphs Select(Func<Graph, bool, Graph> change) =>
        new(change(Forward, false), Evaluate is null ? null : change(Evaluate, false), Loss is null ? null : change(Loss, true));
}
