using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>
/// The token and after it the mean of the sequence's tokens, 2 Width columns. Source: the context-level routing of Mu and Lin, A Comprehensive
/// Survey of Mixture-of-Experts, 2025, section II-C.
/// </summary>
internal sealed class ContextLevel : LevelKindLowering
{
    public override string Name => "Context";

    public override RouterInput Read(ModuleContext module, Value x, RouterInput tokens)
    {
        Value both = module.Graph.Add(new Concat(2), "context", x, Pooled(module, x));
        return tokens with { X = module.Graph.AsRows(both), Width = 2 * tokens.Width };
    }
}
