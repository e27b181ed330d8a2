using MoECompiler.Graphs;

namespace MoECompiler.Modules;

/// <summary>The token alone.</summary>
internal sealed class TokenLevel : LevelKindLowering
{
    public override string Name => "Token";

    public override RouterInput Read(ModuleContext module, Value x, RouterInput tokens) => tokens;
}
