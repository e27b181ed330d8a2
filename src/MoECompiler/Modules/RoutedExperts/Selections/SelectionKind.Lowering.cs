namespace MoECompiler.Modules;

/// <summary>Which of the judged experts compute which tokens.</summary>
internal abstract class SelectionKindLowering : RouterPart
{
    public abstract Routed Route(ModuleContext module, RouterInput input, RouterScores scores);
}
