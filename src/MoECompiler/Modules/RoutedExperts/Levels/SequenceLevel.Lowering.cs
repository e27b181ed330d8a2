using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>The mean of the sequence's tokens: all of them go to the same experts. Source: Kudugunta et al., Beyond Distillation, 2021.</summary>
internal sealed class SequenceLevel : LevelKindLowering
{
    public override string Name => "Sequence";

    public override RouterInput Read(ModuleContext module, Value x, RouterInput tokens) => tokens with { X = module.Graph.AsRows(Pooled(module, x)) };
}
