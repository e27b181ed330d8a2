using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>down(silu(gate(x)) * up(x)). Source: Shazeer, GLU Variants Improve Transformer, 2020.</summary>
internal sealed class SwiGluExpert : FormulaExpert
{
    public override string Name => "SwiGlu";

    public override IReadOnlyList<string> Matrices => ["Gate", "Up"];

    public override ScalarExpression Inner(ModuleContext module) => Scalar.Silu(Scalar.In(0)) * Scalar.In(1);
}
