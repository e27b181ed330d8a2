using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>The experts whose score is above Threshold, at least one and at most K. Source: Nie et al., EvoMoE, 2021, equation 7.</summary>
internal sealed class ThresholdSelection : SlotSelection
{
    public override string Name => "Threshold";

    public override IReadOnlyList<string> Options => ["Threshold"];

    public override IReadOnlyList<string> Excludes => ["SoftmaxAfterTopK"];

    public override bool LeavesSlotsEmpty => true;

    protected override Value Choose(ModuleContext module, RouterInput input, Value by) =>
        TopPSelection.Keep(module, input, by, SlotRule.Above, module.Number("Threshold", 0.001f));
}
