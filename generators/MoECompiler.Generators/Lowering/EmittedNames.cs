using MoECompiler.Passes;

namespace MoECompiler.Generators.Lowering;

/// <summary>The locals that emitted methods have for themselves: no input, no result and no size may have these names.</summary>
internal static class EmittedNames
{
    public static IReadOnlyList<string> All { get; } = ["cpu", "gpu", "inside", "random", "metrics", "layer", "results", "batch", "arena", "B", Differentiate.ScaleSymbol];
}
