using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>down(activation(up(x))).</summary>
internal sealed class TwoLayerExpert : FormulaExpert
{
    public override string Name => "TwoLayer";

    public override IReadOnlyList<string> Options => ["Activation"];

    public override IReadOnlyList<string> Matrices => ["Up"];

    public override ScalarExpression Inner(ModuleContext module) => Activations.Of(module.Choice("Activation", "Relu"), Scalar.In(0));
}
