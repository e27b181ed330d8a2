namespace MoECompiler.Modules;

/// <summary>down(silu(gate(x)) * up(x)). Source: Shazeer, GLU Variants Improve Transformer, 2020.</summary>
internal sealed class SwiGluExpert : ExpertKindLowering
{
    public override string Name => "SwiGlu";

    public override Value Lower(ModuleContext module, Value x, Routing routing, Size experts, Size width)
    {
        Size inner = module.Size("Inner");
        Value gate = Project(module, "Gate", x, gather: true, routing, experts, width, inner);
        Value up = Project(module, "Up", x, gather: true, routing, experts, width, inner);
        Value hidden = module.Graph.Elementwise(Scalar.Silu(Scalar.In(0)) * Scalar.In(1), [gate, up], "inner");
        return Project(module, "Down", hidden, gather: false, routing, experts, inner, width);
    }
}
