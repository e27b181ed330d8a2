using MoECompiler.Tests.Training;
using MoECompiler.Training;
using Xunit;

namespace MoECompiler.Gpu.Tests.Training;

/// <summary>The norm of gradients on the device, and what follows from it.</summary>
public class GradientTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(13)]
    [InlineData(3 * 16_384 + 5)]
    public void GradientNorm_SpansAllTrainedParameters(int count)
    {
        using VectorModel model = new(TestDevice.Instance, ("A", count, false), ("Frozen", 9, true), ("B", 11, false));
        model.Randomize(new Random(count));
        using OptimizerState state = new(new Sgd(), model);
        double expected = Math.Sqrt(model.Parameters.Where(static parameter => parameter.HasGradient)
            .Sum(static parameter => parameter.Gradient.ToArray().Sum(static gradient => (double)gradient * gradient)));
        double norm = state.GradientNorm();
        Assert.Equal(expected, norm, 1e-6 * expected);
        Assert.Equal(norm, state.GradientNorm());
    }

    [Theory]
    [InlineData(3e38f, 1e-3f)]
    [InlineData(3e38f, -3e38f)]
    [InlineData(2e9f, 5e8f)]
    [InlineData(-1e12f, 1e9f)]
    [InlineData(1e-15f, 2e-15f)]
    public void GradientNorm_ExtremeGradients_NeitherOverflowsNorVanishes(float first, float second)
    {
        using VectorModel model = new(TestDevice.Instance, ("A", 2, false));
        using OptimizerState state = new(new Sgd(), model);
        model["A"].Gradient.CopyFrom([first, second]);
        double expected = Math.Sqrt((double)first * first + (double)second * second);
        Assert.Equal(expected, state.GradientNorm(), 1e-6 * expected);
    }

    [Theory]
    [InlineData(30, 40)]
    [InlineData(3e30f, -4e30f)]
    [InlineData(1e-3f, 1e-3f)]
    public void TryUpdate_Bounded_MovesByTheGradientOrTheBound(float first, float second)
    {
        using VectorModel model = new(TestDevice.Instance, ("A", 1, false), ("B", 1, false));
        using OptimizerState state = new(new Sgd(), model);
        using ModelMetrics metrics = new(model);
        model["A"].Gradient.CopyFrom([first]);
        model["B"].Gradient.CopyFrom([second]);
        (double norm, bool isMade) = state.TryUpdate(1, maximumNorm: 5, metrics);
        double expected = Math.Sqrt((double)first * first + (double)second * second);
        double scale = GradientClip.Scale(expected, 5);
        Assert.True(isMade);
        Assert.Equal(1, state.Step);
        Assert.Equal(expected, norm, 1e-6 * expected);
        Assert.Equal(-first * scale, model["A"].Value.ToArray()[0], 5e-6);
        Assert.Equal(-second * scale, model["B"].Value.ToArray()[0], 5e-6);
    }

    [Theory]
    [InlineData(float.NaN, 0)]
    [InlineData(float.PositiveInfinity, 0)]
    [InlineData(float.NegativeInfinity, 0)]
    [InlineData(0, float.NaN)]
    [InlineData(0, float.PositiveInfinity)]
    public void TryUpdate_SomethingIsNotFinite_ChangesNothing(float gradient, float metric)
    {
        using VectorModel model = new(TestDevice.Instance, ("A", 300, false), ("B", 3, false));
        model.Randomize(new Random(1));
        using OptimizerState state = new(new AdamW(), model);
        using ModelMetrics metrics = new(model);
        Assert.True(state.TryUpdate(1e-3, 1, metrics).IsMade);
        float[][] before = Everything(model, state);
        float[] gradients = model["A"].Gradient.ToArray();
        gradients[299] += gradient;
        model["A"].Gradient.CopyFrom(gradients);
        metrics.Written.CopyFrom([metric]);
        Assert.False(state.TryUpdate(1e-3, 1, metrics).IsMade);
        Assert.Equal(metric, metrics.Loss);
        Assert.Equal(1, state.Step);
        Assert.Equal(before, Everything(model, state));
    }

    [Fact]
    public void TryUpdate_AfterTheFirst_WaitsOnceAndAllocatesNothing()
    {
        GpuDevice gpu = TestDevice.Instance;
        using VectorModel model = new(gpu, ("A", 300, false), ("B", 3, false));
        model.Randomize(new Random(1));
        using OptimizerState state = new(new AdamW(), model);
        using ModelMetrics metrics = new(model);
        for (int i = 0; i < 3; i++)
            state.TryUpdate(1e-3, 1, metrics);
        (long waits, long launches) = (gpu.Synchronizations, gpu.Launches);
        long before = GC.GetAllocatedBytesForCurrentThread();
        state.TryUpdate(1e-3, 1, metrics);
        float loss = metrics.Loss;
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(0, loss);
        Assert.Equal(waits + 1, gpu.Synchronizations);
        Assert.Equal(launches + 3, gpu.Launches);
        if (!TestDevice.IsSimulated)
            Assert.Equal(0, allocated);
    }

    private static float[][] Everything(Model model, OptimizerState state) =>
    [
        .. model.Parameters.Select(static parameter => parameter.Value.ToArray()),
        .. state.Trained.SelectMany(static item => item.State).Select(static kind => kind.Value.ToArray()),
    ];
}
