using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>Which of the judged experts compute which tokens.</summary>
internal abstract class SelectionKindLowering : RouterPart
{
    /// <summary>Whether a token may have fewer experts than K.</summary>
    public virtual bool LeavesSlotsEmpty => false;

    /// <summary>Whether experts choose their tokens: a token may have none.</summary>
    public virtual bool AsksExperts => false;

    /// <summary>f32[T, E] of scores for f32[T, E] of logits.</summary>
    public virtual Value Score(ModuleContext module, Value logits) => RouterPartKinds.Scores.Of(module).Lower(module.Graph, logits);

    /// <summary>f32[T, E], scores whose rows add up to 1.</summary>
    public virtual Value Shares(ModuleContext module, Value logits) => RouterPartKinds.Scores.Of(module).Shares(module.Graph, logits);

    public abstract Routed Route(ModuleContext module, RouterInput input, RouterScores scores);

    /// <summary>The weights times RoutedScale.</summary>
    protected static Value Scaled(ModuleContext module, Value weights) => module.Number("RoutedScale", 1) is not 1 and float scale
        ? module.Graph.Scale(weights, scale, "weights")
        : weights;
}
