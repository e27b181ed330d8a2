using MoECompiler.Data;
using MoECompiler.Tests.Models;
using MoECompiler.Training;
using Xunit;

namespace MoECompiler.Tests.Training;

/// <summary>Gradients of which no element is beyond a bound.</summary>
public class GradientValueTests
{
    public static TheoryData<string> Names => [.. SomeOptimizers.Wide, "adamw-8"];

    /// <summary>The bits of an update by gradients that were clipped before.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Update_UnderABound_IsThatOfClippedGradients(string name)
    {
        using CpuDevice device = new(2);
        Assert.Equal(Run(null), Run(0.5));

        float[] Run(double? bound)
        {
            using VectorModel model = new(device, ("A", UpdateBlock.MaximumCount + 11, false), ("B", 5, false));
            Optimizer optimizer = SomeOptimizers.New(name);
            using OptimizerState state = new(optimizer, model, new TrainerOptions { MaximumGradientValue = bound });
            Random random = new(3);
            for (int step = 0; step < 3; step++)
            {
                model.Randomize(random);
                foreach (Parameter parameter in bound is null ? model.Parameters : [])
                {
                    foreach (ref float gradient in parameter.Gradient.Span)
                        gradient = Math.Clamp(gradient, -0.5f, 0.5f);
                }
                state.Update(optimizer.LearningRate);
            }
            return [.. model.Parameters.SelectMany(static parameter => parameter.Value.ToArray()), .. SomeOptimizers.Kept(state)];
        }
    }

    [Fact]
    public void Update_GradientThatIsNotANumber_StaysOne()
    {
        using CpuDevice device = new(1);
        using VectorModel model = new(device, ("A", 20, false));
        using OptimizerState state = new(new Sgd(), model, new TrainerOptions { MaximumGradientValue = 1 });
        model.AllocateGradients();
        model["A"].Gradient.Span[3] = float.NaN;
        model["A"].Gradient.Span[17] = float.NaN;
        state.Update(1);
        Assert.Equal([3, 17], Enumerable.Range(0, 20).Where(i => float.IsNaN(model["A"].Value.Span[i])));
    }

    /// <summary>With gradients that are handed over as they are made it takes no second pass: the bits are those of all gradients together.</summary>
    [Fact]
    public void Fit_GradientsHandedOver_GivesTheBitsOfAllGradientsTogether()
    {
        using CpuDevice device = new(2);
        Sgd sgd = new() { LearningRate = 0.5 };
        float[] expected = Train(new UnfusedModel(device), sgd, 0.002), found = Train(new FusedModel(device), sgd, 0.002);
        Assert.Equal(expected, found);
        Assert.NotEqual(Train(new FusedModel(device), sgd, null), found);
        ArgumentException error = Assert.Throws<ArgumentException>(() => new Trainer(new UnfusedModel(device), new MeZo(), new TrainerOptions { MaximumGradientValue = 1 }));
        Assert.Equal("MeZo reads no gradients: MaximumGradientValue has nothing to bound.", error.Message);
        Assert.Throws<ArgumentOutOfRangeException>(static () => new TrainerOptions { MaximumGradientValue = 0 });

        float[] Train<TModel>(TModel model, Optimizer optimizer, double? bound) where TModel : Model, ITrainable
        {
            using (model)
            {
                model.Initialize(1);
                Dataset data = new(
                    new FloatColumn("x", [.. Enumerable.Range(0, 7 * 40).Select(static i => MathF.Sin(i * i))], 7),
                    new IntegerColumn("label", [.. Enumerable.Range(0, 40).Select(static i => i % FusedModel.Classes)]));
                using DataLoader batches = new(device, data, 16, seed: 1);
                using Trainer trainer = new(model, optimizer, new TrainerOptions { Epochs = 2, MaximumGradientValue = bound });
                trainer.Fit(batches);
                return [.. model.Parameters.SelectMany(static parameter => parameter.Value.ToArray())];
            }
        }
    }
}
