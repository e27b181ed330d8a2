using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>
/// A number for each expert that is added to what experts are chosen by, and not to what they are weighted by. After each training step it
/// goes up by BiasRate for an expert that fewer slots than the mean chose, and down for one that more did: the load evens out without a loss
/// that pulls at the weights. Source: Wang et al., Auxiliary-Loss-Free Load Balancing, 2024; DeepSeek-V3, 2024.
/// </summary>
internal sealed class SelectionBias
{
    private const string Property = "SelectionBias";

    private readonly ModuleContext _module;
    private readonly Value _bias;

    private SelectionBias(ModuleContext module, Value bias) => (_module, _bias) = (module, bias);

    /// <summary>The layer's bias; null where it declares none.</summary>
    public static SelectionBias? Of(ModuleContext module, RouterInput input) => module.Flag(Property)
        ? new SelectionBias(module, module.State(Property, "router.selection_bias", new Initializer.Constant(0), input.Experts))
        : null;

    public Value Add(Value by) => _module.Graph.Add(by, _bias, "biased");

    /// <summary>The step's change.</summary>
    public void Balance(Routed routed)
    {
        float rate = _module.Number("BiasRate", 0.001f);
        if (!_module.IsTraining || rate == 0)
            return;
        GraphBuilder graph = _module.Graph;
        Value mean = graph.Reduce(Reduction.Mean, routed.Load, [0], "meanLoad", keepExtents: true);
        ScalarExpression next = Scalar.In(0) + rate * Scalar.Sign(Scalar.In(1) - Scalar.In(2));
        _module.Update(Property, graph.Elementwise(next, [_bias, mean, routed.Load], "nextBias"));
    }
}
