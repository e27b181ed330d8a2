using MoECompiler.Graphs;

namespace MoECompiler.Modules;

/// <summary>How a row's shared experts and its routed ones are added up.</summary>
internal abstract class SharedWeightKind : RouterPart
{
    /// <param name="module">The layer.</param>
    /// <param name="tokens">What it was given.</param>
    /// <param name="routed">f32[T, Width].</param>
    /// <param name="shared">f32[T, Width].</param>
    public abstract Value Mix(ModuleContext module, RouterInput tokens, Value routed, Value shared);

    /// <summary>x Wᵀ of so many rows of W, f32[T, count].</summary>
    protected static Value Logits(ModuleContext module, RouterInput tokens, int count)
    {
        Value weight = module.Parameter("SharedRouter", "shared.router.weight", new Initializer.Uniform(tokens.Width), Graphs.Size.Of(count), tokens.Width);
        return module.Graph.MatMul(tokens.X, weight, transposeB: true, name: "sharedLogits");
    }
}

/// <summary>Their sum.</summary>
internal sealed class WholeSharedWeight : SharedWeightKind
{
    public override string Name => "One";

    public override Value Mix(ModuleContext module, RouterInput tokens, Value routed, Value shared) => module.Graph.Add(routed, shared, "mixed");
}
