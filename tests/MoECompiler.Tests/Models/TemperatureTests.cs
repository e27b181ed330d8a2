using MoECompiler.Data;
using MoECompiler.Training;
using Xunit;

namespace MoECompiler.Tests.Models;

/// <summary>What a router's temperature is for: it spreads or narrows the choice, and leaves what the noise says of the load as it is.</summary>
public class TemperatureTests
{
    [Fact]
    public void Temperature_LoadLoss_IsThatOfTheLogitsAsTheyAre()
    {
        using CpuDevice device = new(1);
        using CoolRouter cool = new(device);
        using WarmRouter warm = new(device);
        float expected = ExpectedLoad(cool), found = ExpectedLoad(warm);
        Assert.True(expected > 1e-4f, $"the load loss is {expected}: too even to tell");
        Assert.Equal(expected, found);
    }

    private static float ExpectedLoad<TModel>(TModel model) where TModel : Model, ITrainable
    {
        model.Initialize(1);
        model.AllocateGradients();
        Batch batch = TestModels.Batch(("x", TestModels.Floats(new Random(2), 40, CoolRouter.Width)));
        View<float> metrics = model.Device.New<float>(model.Metrics.Sum(static m => m.Count));
        model.Backward(batch, new RandomState(3, 4), metrics);
        return metrics.ToArray()[model.Metrics.TakeWhile(static m => m.Name != "Layer.expectedLoad").Sum(static m => m.Count)];
    }
}

/// <summary>A noisy router without a temperature.</summary>
[Model]
public sealed partial class CoolRouter
{
    public const int Width = 6, Experts = 5, TopK = 2, Inner = 3;

    [RoutedExperts(Width, Experts, TopK, Inner, Noise = RouterNoise.Gaussian, LoadLoss = 0.1f)]
    public partial RoutedExperts Layer { get; }

    [Forward]
    public Tensor Forward(Tensor x) => Layer.Forward(x);

    [Loss]
    public Tensor Loss(Tensor y) => y.Square().Mean();
}

/// <summary>The same at a temperature of 4.</summary>
[Model]
public sealed partial class WarmRouter
{
    [RoutedExperts(CoolRouter.Width, CoolRouter.Experts, CoolRouter.TopK, CoolRouter.Inner, Noise = RouterNoise.Gaussian, LoadLoss = 0.1f, Temperature = 4)]
    public partial RoutedExperts Layer { get; }

    [Forward]
    public Tensor Forward(Tensor x) => Layer.Forward(x);

    [Loss]
    public Tensor Loss(Tensor y) => y.Square().Mean();
}
