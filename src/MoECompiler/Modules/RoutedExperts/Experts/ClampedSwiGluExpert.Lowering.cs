using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>
/// down((u + 1) * g * sigmoid(1.702 g)), g = gate(x) and at most Clamp, u = up(x) and within -Clamp and Clamp.
/// Source: OpenAI, gpt-oss-120b and gpt-oss-20b, 2025, where Clamp is 7.
/// </summary>
internal sealed class ClampedSwiGluExpert : FormulaExpert
{
    public override string Name => "ClampedSwiGlu";

    public override IReadOnlyList<string> Options => ["Clamp"];

    public override IReadOnlyList<string> Matrices => ["Gate", "Up"];

    public override ScalarExpression Inner(ModuleContext module)
    {
        float bound = module.Number("Clamp", 7);
        ScalarExpression gate = Scalar.Min(Scalar.In(0), bound);
        ScalarExpression up = Scalar.Max(Scalar.Min(Scalar.In(1), bound), -bound);
        return (up + 1) * gate * Scalar.Sigmoid(1.702f * gate);
    }
}
