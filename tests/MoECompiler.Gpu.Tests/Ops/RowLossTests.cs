using MoECompiler.Ops;
using MoECompiler.Tests.Ops;
using Xunit;

namespace MoECompiler.Gpu.Tests.Ops;

public class RowLossTests : GpuOpTest
{
    [Fact]
    public void LogSumExp_AnyRows_MatchesTheDefinition() => ForMatrices((rows, columns, seed) => Matches(
        new LogSumExp(), [new Source(seed).Uniform(-30, 30, rows, columns)], (gpu, v) => GpuKernels.LogSumExp(gpu, v.In(0), v.Out()), 1e-6));

    [Fact]
    public void LogSumExp_LargeNumbers_StaysFinite() => Matches(
        new LogSumExp(), [TestTensor.F32([3, 2], 3e38f, 3e38f, float.NegativeInfinity, float.NegativeInfinity, float.NaN, 1)],
        (gpu, v) => GpuKernels.LogSumExp(gpu, v.In(0), v.Out()), 1e-6);

    [Fact]
    public void CrossEntropy_AnyLabels_MatchesTheDefinition() => ForMatrices((rows, others, seed) =>
    {
        int classes = others + 1;
        Source source = new(seed);
        TestTensor logits = source.Uniform(-20, 20, rows, classes), labels = source.IndicesFrom(-1, classes, rows), dy = source.Normal(rows);
        foreach (float smoothing in (float[])[0, 0.1f])
        {
            Matches(new CrossEntropy(smoothing), [logits, labels], (gpu, v) => GpuKernels.CrossEntropy(gpu, v.In(0), v.Indices(1), v.Out(), Smoothing: smoothing), 2e-6);
            Matches(
                new CrossEntropyGradient(smoothing), [logits, labels, dy],
                (gpu, v) => GpuKernels.CrossEntropyGradient(gpu, v.In(0), v.Indices(1), v.In(2), v.Out(), Smoothing: smoothing), 2e-6);
        }
    });

    [Fact]
    public void CrossEntropy_LabelPastTheClasses_IsNaN()
    {
        GpuDevice gpu = TestDevice.Instance;
        using GpuOpViews views = new(gpu, [new Source(1).Normal(2, 3), TestTensor.I32([2], 1, 3)], [[2]]);
        GpuKernels.CrossEntropy(gpu, views.In(0), views.Indices(1), views.Out(), Smoothing: 0);
        Assert.Equal([false, true], views.Out().ToArray().Select(float.IsNaN));
    }
}
