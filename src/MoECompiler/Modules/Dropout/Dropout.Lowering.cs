namespace MoECompiler.Modules;

/// <summary>Dropout in training, nothing otherwise.</summary>
internal sealed class DropoutLowering : ModuleLowering
{
    public override string Kind => "Dropout";

    public override Value Lower(ModuleContext module, EquatableArray<Value> inputs)
    {
        int site = module.NextSite();
        float rate = module.Number("Rate");
        return module.IsTraining && rate > 0 ? module.Graph.Add(new Dropout(rate, site), "kept", inputs[0]) : inputs[0];
    }
}
