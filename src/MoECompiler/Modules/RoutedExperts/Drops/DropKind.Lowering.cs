using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>Which rows pass an expert by that more tokens chose than it takes.</summary>
internal abstract class DropKindLowering : RouterPart
{
    /// <param name="module">The layer.</param>
    /// <param name="input">What is routed.</param>
    /// <param name="experts">i32[T, K], what was chosen.</param>
    /// <param name="scores">What it was chosen by.</param>
    /// <param name="capacity">The most rows that an expert takes.</param>
    public abstract Routing Route(ModuleContext module, RouterInput input, Value experts, RouterScores scores, Size capacity);
}
