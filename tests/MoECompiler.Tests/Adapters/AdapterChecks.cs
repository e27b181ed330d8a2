using MoECompiler.Tests.Models;

namespace MoECompiler.Tests.Adapters;

/// <summary>The adapters of the odd models, each with what makes batches for it.</summary>
internal static class AdapterChecks
{
    internal static readonly ModelCheck<RoutedAdapter> Routed = new(static device => new RoutedAdapter(New(new RoutedModel(device))), TestModels.Routed.Data, Trained);

    internal static readonly ModelCheck<LayeredAdapter> Layered = new(static device => new LayeredAdapter(New(new LayeredModel(device))), TestModels.Layered.Data, Trained);

    internal static readonly ModelCheck<PictureAdapter> Picture = new(static device => new PictureAdapter(New(new PictureModel(device))), TestModels.Picture.Data, Trained);

    internal static readonly ModelCheck<TwoTaskAdapter> TwoTask = new(static device => new TwoTaskAdapter(New(new TwoTaskModel(device))), TestModels.TwoTask.Data, Trained);

    internal static readonly ModelCheck<BrainAdapter> Brain = new(
        static device => new BrainAdapter(New(new BrainModel(device))), TestModels.Brain.Data, Trained, ModelCheck.BFloat16Tolerance);

    internal static readonly ModelCheck<BrainDora> BrainDora = new(
        static device => new BrainDora(New(new BrainModel(device))), TestModels.Brain.Data, Trained, ModelCheck.BFloat16Tolerance);

    internal static readonly ModelCheck<RoutedNola> SharedNola = new(static device => new RoutedNola(New(new RoutedModel(device))), TestModels.Routed.Data, Trained);

    internal static readonly ModelCheck<LayeredNola> OwnNola = new(static device => new LayeredNola(New(new LayeredModel(device))), TestModels.Layered.Data, Trained);

    internal static TModel New<TModel>(TModel model) where TModel : Model
    {
        model.Initialize(77);
        return model;
    }

    /// <summary>Numbers in every factor, as if it had been trained: in a new adapter one of two is 0.</summary>
    internal static void Trained(Model adapter, int seed)
    {
        Random random = new(seed);
        foreach (Parameter parameter in adapter.Parameters)
            parameter.Value.CopyFrom([.. Enumerable.Range(0, (int)parameter.Count).Select(_ => (float)(random.NextDouble() - 0.5))]);
    }
}
