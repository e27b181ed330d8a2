using MoECompiler.Ops;
using Xunit;

namespace MoECompiler.Tests.Ops;

[Tests(typeof(CrossEntropy), typeof(CrossEntropyGradient))]
public class CrossEntropyTests : OpTest
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
            (cpu, v) => Kernels.CrossEntropy(cpu, v.In(0), v.Indices(1), v.Out(), Smoothing: smoothing), Tolerance);
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
            (cpu, v) => Kernels.CrossEntropyGradient(cpu, v.In(0), v.Indices(1), v.In(2), v.Out(), Smoothing: smoothing), Tolerance);
    });

    [Theory]
    [InlineData(0)]
    [InlineData(0.2f)]
    public void CrossEntropy_Logits_HaveTheGradientOfTheirDifferences(float smoothing) =>
        GradientCheck.Check(new CrossEntropy(smoothing), new Source(1).Normal(4, 3), TestTensor.I32([4], 2, -1, 0, 1));

    [Fact]
    public void CrossEntropy_LabelPastTheClasses_IsNamed()
    {
        using CpuDevice cpu = new(2);
        View<float> logits = cpu.New<float>(3, 4);
        View<int> labels = cpu.Upload<int>([1, 3, 4], 3);
        ArgumentException error = Assert.Throws<ArgumentException>(() => Kernels.CrossEntropy(cpu, logits, labels, cpu.New<float>(3), 0));
        Assert.Equal("The label at position 2 is 4; there are 4, numbered from 0.", error.Message);
        Assert.Throws<ArgumentException>(() => Kernels.CrossEntropyGradient(cpu, logits, labels, cpu.New<float>(3), cpu.New<float>(3, 4), 0));
    }
}
