using MoECompiler.Training;
using Xunit;

namespace MoECompiler.Tests.Training;

public class GradientClipTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(13)]
    [InlineData(3 * UpdateBlock.MaximumCount + 5)]
    public void GradientNorm_SpansAllTrainedParameters(int count)
    {
        using CpuDevice device = new(2);
        using VectorModel model = new(device, ("A", count, false), ("Frozen", 9, true), ("B", 11, false));
        model.Randomize(new Random(count));
        using OptimizerState state = new(new Sgd(), model);
        double expected = Math.Sqrt(model.Parameters.Where(static parameter => parameter.HasGradient)
            .Sum(static parameter => parameter.Gradient.Span.ToArray().Sum(static gradient => (double)gradient * gradient)));
        Assert.Equal(expected, state.GradientNorm(), 1e-13 * expected);
    }

    [Fact]
    public void GradientNorm_HugeGradients_DoesNotOverflow()
    {
        using CpuDevice device = new(1);
        using VectorModel model = new(device, ("A", 2, false));
        using OptimizerState state = new(new Sgd(), model);
        model["A"].Gradient.Span.Fill(3e38f);
        Assert.Equal(3e38f * Math.Sqrt(2), state.GradientNorm(), 1e25);
    }

    [Fact]
    public void Update_Clipped_MovesByTheMaximum()
    {
        using CpuDevice device = new(1);
        using VectorModel model = new(device, ("A", 1, false), ("B", 1, false));
        using OptimizerState state = new(new Sgd(), model);
        model["A"].Gradient.Span[0] = 30;
        model["B"].Gradient.Span[0] = 40;
        state.Update(1, GradientClip.Scale(state.GradientNorm(), 5));
        Assert.Equal(-3, model["A"].Value.Span[0], 1e-6f);
        Assert.Equal(-4, model["B"].Value.Span[0], 1e-6f);
    }

    [Theory]
    [InlineData(2, 5, 1)]
    [InlineData(10, 5, 0.5)]
    [InlineData(0, 5, 1)]
    public void Scale_BoundsTheNorm(double norm, double maximum, double expected) => Assert.Equal(expected, GradientClip.Scale(norm, maximum));
}
