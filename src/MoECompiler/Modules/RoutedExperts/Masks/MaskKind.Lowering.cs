using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>Which experts a token may have, whatever the router says.</summary>
internal abstract class MaskKindLowering : RouterPart
{
    /// <summary>What a hidden expert's logit is: so far below others that its share is 0, and yet finite.</summary>
    private const float Hidden = -1e9f;

    /// <summary>f32[T, E], 1 for an expert that a token may have and 0 for others; null where it may have any.</summary>
    public abstract Value? Visible(ModuleContext module, RouterInput input);

    /// <summary>Logits or scores with hidden experts below all others.</summary>
    public static Value Hide(GraphBuilder graph, Value numbers, Value mask) =>
        graph.Elementwise(Scalar.Select(Scalar.In(1), Scalar.In(0), Hidden), [numbers, mask], "visible");

    /// <summary>Takes hidden experts from the slots that are left where a token may have fewer than K.</summary>
    public static Value Keep(GraphBuilder graph, Value mask, Value experts) =>
        graph.Add(new KeepSlots(SlotRule.Above, 0), "visibleExperts", experts, graph.Add(new GatherColumns(), "isVisible", mask, experts));
}

/// <summary>Any.</summary>
internal sealed class NoMask : MaskKindLowering
{
    public override string Name => "None";

    public override Value? Visible(ModuleContext module, RouterInput input) => null;
}
