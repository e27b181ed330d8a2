namespace MoECompiler.Modules;

/// <summary>How a router comes to its decision.</summary>
internal abstract class RouterKindLowering : RouterPart
{
    public abstract Routed Route(ModuleContext module, RouterInput input);
}
