namespace MoECompiler.Modules;

/// <summary>down(activation(up(x))).</summary>
internal sealed class TwoLayerExpert : ExpertKindLowering
{
    public override string Name => "TwoLayer";

    public override Value Lower(ModuleContext module, Value x, Routing routing, Size experts, Size width)
    {
        Size inner = module.Size("Inner");
        Value up = Project(module, "Up", x, gather: true, routing, experts, width, inner);
        Value hidden = module.Graph.Apply(Activations.Of(module.Choice("Activation", "Relu")), up, "inner");
        return Project(module, "Down", hidden, gather: false, routing, experts, inner, width);
    }
}
