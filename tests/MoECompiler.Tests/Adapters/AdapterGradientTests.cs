using MoECompiler.Data;
using MoECompiler.Tests.Models;
using Xunit;

namespace MoECompiler.Tests.Adapters;

/// <summary>The compiled gradients of factors against differences of the declared loss in double precision.</summary>
public sealed class AdapterGradientTests
{
    [Fact]
    public void Lora_OfLinearWeightsAndExperts_HasTheGradientOfDifferences() =>
        AdapterGradients.Check(static device => new MixtureAdapter(AdapterChecks.New(new MixtureModel(device))), static a => a.Reference, TestModels.Routed.Data);

    [Fact]
    public void Lora_OfRepeatedLayers_HasTheGradientOfDifferences() =>
        AdapterGradients.Check(static device => new PeftMixtureAdapter(AdapterChecks.New(new PeftMixture(device))), static a => a.Reference, Vectors);

    [Fact]
    public void Nola_OfLinearWeightsAndExperts_HasTheGradientOfDifferences() =>
        AdapterGradients.Check(static device => new MixtureNola(AdapterChecks.New(new MixtureModel(device))), static a => a.Reference, TestModels.Routed.Data);

    private static Batch Vectors(Random random, int rows) => TestModels.Batch(
        ("x", TestModels.Floats(random, rows, PeftMixture.Columns)), ("labels", TestModels.Integers(random, PeftMixture.Classes, rows)));
}
