using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>How much of a sequence a router looks at to route one of its tokens.</summary>
internal abstract class LevelKindLowering : RouterPart
{
    /// <summary>What the router reads.</summary>
    /// <param name="module">The layer.</param>
    /// <param name="x">What the layer was given, f32[..., Width].</param>
    /// <param name="tokens">Its rows.</param>
    public abstract RouterInput Read(ModuleContext module, Value x, RouterInput tokens);

    /// <summary>The mean of each sequence, once for each of its tokens: f32[B, T, Width].</summary>
    /// <exception cref="ShapeError">There are no sequences.</exception>
    protected Value Pooled(ModuleContext module, Value x)
    {
        CheckSequences(x);
        WholeSequences.Refuse(module, $"reads whole sequences with Level = {Name}");
        Value mean = module.Graph.Reduce(Reduction.Mean, x, [1], "pooled", keepExtents: true);
        return module.Graph.BroadcastTo(mean, x.Type.Shape, "pooled");
    }

    /// <exception cref="ShapeError">There are no sequences.</exception>
    protected void CheckSequences(Value x)
    {
        if (x.Type.Rank != 3)
            throw new ShapeError($"takes sequences, f32[B, T, {x.Type.Columns}], with Level = {Name} and is given {x.Type}");
    }
}
