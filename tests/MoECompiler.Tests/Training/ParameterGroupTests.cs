using MoECompiler.Training;
using Xunit;

namespace MoECompiler.Tests.Training;

public sealed class ParameterGroupTests : IDisposable
{
    private readonly CpuDevice _device = new(1);
    private readonly VectorModel _model;

    public ParameterGroupTests()
    {
        _model = new VectorModel(_device, ("Stem.Weight", 4, false), ("Stem.Bias", 3, false), ("First.Router.Weight", 2, false), ("Old.Weight", 2, true));
        _model.Randomize(new Random(1));
    }

    public void Dispose()
    {
        _model.Dispose();
        _device.Dispose();
    }

    [Fact]
    public void LearningRateFactor_ScalesTheStep()
    {
        float[] before = Values("First.Router.Weight");
        float[] gradient = _model["First.Router.Weight"].Gradient.Span.ToArray();
        Update(new Sgd { Groups = [ParameterGroup.Named("*.Router.*") with { LearningRateFactor = 0.25 }] }, 1);
        Assert.Equal(before.Zip(gradient, static (value, gradient) => value - 0.25f * gradient), Values("First.Router.Weight"));
    }

    [Fact]
    public void WeightDecay_OfTheFirstGroupThatContains_Counts()
    {
        ParameterGroup biases = ParameterGroup.Named("*.Bias") with { WeightDecay = 0 };
        ParameterGroup stem = ParameterGroup.Named("Stem.*") with { WeightDecay = 0.5 };
        foreach (Parameter parameter in _model.Parameters.Where(static parameter => parameter.HasGradient))
            parameter.Gradient.Span.Clear();
        float[] weight = Values("Stem.Weight"), bias = Values("Stem.Bias"), router = Values("First.Router.Weight");
        Update(new Sgd { WeightDecay = 0.25, Groups = [biases, stem] }, 0.5);
        Assert.Equal(weight.Select(static value => 0.75f * value), Values("Stem.Weight"));
        Assert.Equal(bias, Values("Stem.Bias"));
        Assert.Equal(router.Select(static value => 0.875f * value), Values("First.Router.Weight"));
    }

    [Fact]
    public void Frozen_GroupAndParameter_StayAndHaveNoState()
    {
        float[] stem = Values("Stem.Weight"), old = Values("Old.Weight"), router = Values("First.Router.Weight");
        AdamW optimizer = new() { Groups = [ParameterGroup.Named("Stem.*") with { IsFrozen = true }] };
        using OptimizerState state = new(optimizer, _model);
        state.Update(0.1);
        Assert.Equal(["First.Router.Weight"], state.TrainedParameters.Select(static parameter => parameter.Path));
        Assert.Equal(stem, Values("Stem.Weight"));
        Assert.Equal(old, Values("Old.Weight"));
        Assert.NotEqual(router, Values("First.Router.Weight"));
    }

    [Fact]
    public void FrozenParameter_HasNoGradient()
    {
        Assert.False(_model["Old.Weight"].HasGradient);
        Assert.Contains("Old.Weight is frozen", Assert.Throws<InvalidOperationException>(() => _model["Old.Weight"].Gradient).Message);
    }

    [Fact]
    public void Group_ContainsNothing_IsRefusedWithTheNamesThereAre()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => Update(new Sgd { Groups = [ParameterGroup.Named("Stam.*")] }, 1));
        Assert.Equal(
            "The parameter group 'Stam.*' contains no parameter; there are: Stem.Weight, Stem.Bias, First.Router.Weight, Old.Weight.", error.Message);
    }

    [Fact]
    public void EverythingFrozen_IsRefused()
        => Assert.Throws<ArgumentException>(() => Update(new Sgd { Groups = [ParameterGroup.Named("*") with { IsFrozen = true }] }, 1));

    [Theory]
    [InlineData("Stem.Weight", "Stem.Weight", true)]
    [InlineData("Stem", "Stem.Weight", false)]
    [InlineData("*", "Stem.Weight", true)]
    [InlineData("*.Weight", "Stem.Weight", true)]
    [InlineData("*.weight", "Stem.Weight", false)]
    [InlineData("St*.*t", "Stem.Weight", true)]
    [InlineData("*.Bias", "Stem.Weight", false)]
    public void Named_MatchesWholePaths(string name, string path, bool isMatch)
        => Assert.Equal(isMatch, ParameterGroup.Named(name).Contains(new Parameter(0, path, path, new Extents(1), ElementType.Float32, default, false, 0)));

    private float[] Values(string path) => _model[path].Value.Span.ToArray();

    private void Update(Optimizer optimizer, double learningRate)
    {
        using OptimizerState state = new(optimizer, _model);
        state.Update(learningRate);
    }
}
