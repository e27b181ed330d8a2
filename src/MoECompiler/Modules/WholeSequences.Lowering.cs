using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>Layers in which what a token becomes depends on later tokens of its sequence.</summary>
internal static class WholeSequences
{
    /// <summary>Refuses such a layer where an attention before it sees no later tokens: a model that predicts the next one would be told it.</summary>
    /// <param name="graph">What comes before the layer.</param>
    /// <param name="what">What makes it such a layer, after its name; empty where it always is.</param>
    /// <exception cref="ShapeError">There is such an attention.</exception>
    public static void Refuse(GraphBuilder graph, string what)
    {
        if (graph.Nodes.Any(static node => node.Op is Attention { IsCausal: true }))
            throw new ShapeError($"reads whole sequences{what}, and stands after an attention that sees nothing later: it would tell a token what comes next");
    }
}
