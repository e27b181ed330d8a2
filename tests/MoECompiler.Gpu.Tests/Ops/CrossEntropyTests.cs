using MoECompiler.Ops;
using MoECompiler.Tests.Ops;
using Xunit;

namespace MoECompiler.Gpu.Tests.Ops;

public class CrossEntropyTests : GpuOpTest
{
    private const double Tolerance = 2e-6;

    [Theory]
    [InlineData(0)]
    [InlineData(0.1f)]
    public void CrossEntropy_AnyRows_MatchesTheDefinition(float smoothing) => ForMatrices((rows, classes, seed) =>
    {
        Source source = new(seed);
        Matches(
            new CrossEntropy(smoothing), [source.Uniform(-9, 9, rows, classes), source.IndicesFrom(-1, classes, rows)],
            (gpu, v) => GpuKernels.CrossEntropy(gpu, v.In(0), v.Indices(1), v.Out(), Smoothing: smoothing), Tolerance);
    });

    [Theory]
    [InlineData(0)]
    [InlineData(0.1f)]
    public void CrossEntropyGradient_AnyRows_MatchesTheDefinition(float smoothing) => ForMatrices((rows, classes, seed) =>
    {
        Source source = new(seed);
        Matches(
            new CrossEntropyGradient(smoothing),
            [source.Uniform(-9, 9, rows, classes), source.IndicesFrom(-1, classes, rows), source.Normal(rows)],
            (gpu, v) => GpuKernels.CrossEntropyGradient(gpu, v.In(0), v.Indices(1), v.In(2), v.Out(), Smoothing: smoothing), Tolerance);
    });

    [Fact]
    public void CrossEntropy_LabelPastTheClasses_IsNaN()
    {
        TestTensor[] operands = [TestTensor.F32([2, 2], 1, 1, 0, 0), TestTensor.I32([2], 2, 1), TestTensor.F32([2], 1, 1)];
        using GpuOpViews views = new(TestDevice.Instance, operands, [[2], [2, 2]]);
        GpuKernels.CrossEntropy(TestDevice.Instance, views.In(0), views.Indices(1), views.Out(), Smoothing: 0);
        GpuKernels.CrossEntropyGradient(TestDevice.Instance, views.In(0), views.Indices(1), views.In(2), views.Out(1), Smoothing: 0);
        Assert.True(float.IsNaN(views.Out().ToArray()[0]));
        Assert.Equal(Math.Log(2), views.Out().ToArray()[1], 1e-6);
        Assert.Equal([float.NaN, float.NaN, 0.5f, -0.5f], views.Out(1).ToArray());
    }
}
