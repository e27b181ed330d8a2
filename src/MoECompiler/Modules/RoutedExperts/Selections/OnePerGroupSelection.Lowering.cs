using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>The best of each of Groups equal parts of the experts: K is Groups. Source: Yang et al., M6-T, 2021 (expert prototypes, kTop1).</summary>
internal sealed class OnePerGroupSelection : SlotSelection
{
    public override string Name => "OnePerGroup";

    public override IReadOnlyList<string> Options => ["Groups"];

    protected override Value Choose(ModuleContext module, RouterInput input, Value by) =>
        module.Graph.Add(new TopOfEachGroup(module.Integer("Groups", 1)), "experts", by);
}
