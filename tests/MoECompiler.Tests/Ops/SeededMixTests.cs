using CsCheck;
using MoECompiler.Ops;
using Xunit;

namespace MoECompiler.Tests.Ops;

[Tests(typeof(SeededMix), typeof(SeededMixGradient))]
public class SeededMixTests : OpTest
{
    /// <summary>Sums of up to some hundred products near 1, over the root of their number.</summary>
    private const double Tolerance = 5e-6;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void SeededMix_AnyExtents_MatchesTheDefinition(bool isShared) => ForShapes((source, groups, count, rows, columns) => Matches(
        new SeededMix(9, Matrix: 4, isShared, rows, columns, ScaleOf: count, OffsetOf: columns), [source.Normal(groups, count)],
        (cpu, v) => Kernels.SeededMix(cpu, v.In(0), v.Out(), Seed: 9, Matrix: 4, isShared, ScaleOf: count, OffsetOf: columns), Tolerance));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void SeededMixGradient_AnyExtents_MatchesTheDefinition(bool isShared) => ForShapes((source, groups, count, rows, columns) => Matches(
        new SeededMixGradient(9, Matrix: 4, isShared, count, ScaleOf: 16), [source.Normal(groups, rows, columns)],
        (cpu, v) => Kernels.SeededMixGradient(cpu, v.In(0), v.Out(), Seed: 9, Matrix: 4, isShared, ScaleOf: 16), Tolerance * 4));

    [Theory]
    [InlineData(true, 3)]
    [InlineData(false, 0)]
    public void SeededMix_Coefficients_HaveTheGradientOfTheirDifferences(bool isShared, int offsetOf) =>
        GradientCheck.Check(new SeededMix(1, Matrix: 2, isShared, 4, 3, ScaleOf: 5, offsetOf), new Source(3).Normal(2, 5));

    /// <summary>Sums of one matrix do not depend on which others are made with it: weights may be joined and left apart.</summary>
    [Theory]
    [InlineData(40, 7, 301)]
    [InlineData(33, 1, 16)]
    [InlineData(5, 200, 19)]
    public void SeededMix_OfManyMatrices_HasTheBitsOfEachAlone(int count, int groups, int elements)
    {
        using CpuDevice cpu = new(2);
        Source source = new(4);
        View<float> coefficients = cpu.Upload<float>([.. source.Normal(groups, count).ToReference().Data.Select(static x => (float)x)], [groups, count]);
        View<float> dy = cpu.Upload<float>([.. source.Normal(groups, 1, elements).ToReference().Data.Select(static x => (float)x)], [groups, 1, elements]);
        View<float> together = cpu.New<float>(groups, 1, elements), alone = cpu.New<float>(1, 1, elements);
        View<float> gradients = cpu.New<float>(groups, count), gradient = cpu.New<float>(1, count);
        Kernels.SeededMix(cpu, coefficients, together, Seed: 3, Matrix: 8, IsShared: true, ScaleOf: count, OffsetOf: 2);
        Kernels.SeededMixGradient(cpu, dy, gradients, Seed: 3, Matrix: 8, IsShared: true, ScaleOf: count);
        for (int group = 0; group < groups; group++)
        {
            Kernels.SeededMix(cpu, coefficients.Part((long)group * count, new(1, count)), alone, Seed: 3, Matrix: 8, IsShared: true, ScaleOf: count, OffsetOf: 2);
            Kernels.SeededMixGradient(cpu, dy.Part((long)group * elements, new(1, 1, elements)), gradient, Seed: 3, Matrix: 8, IsShared: true, ScaleOf: count);
            Assert.Equal(alone.ToArray(), together.Part((long)group * elements, alone.Extents).ToArray());
            Assert.Equal(gradient.ToArray(), gradients.Part((long)group * count, gradient.Extents).ToArray());
        }
    }

    private static void ForShapes(Action<Source, int, int, int, int> test)
    {
        Gen.Select(Gen.Int[0, 6], Gen.Int[1, 12], Gen.Int[1, 40], Gen.Int[1, 40], Gen.Int).Sample(
            (groups, count, rows, columns, seed) => test(new Source(seed), groups, count, rows, columns), iter: Cases);
        // More matrices than a pass serves, more numbers than are drawn at a time, and more elements than a chunk has.
        test(new Source(1), 131, 37, 2, 130);
        test(new Source(2), 2, 5, 17, 301);
    }
}
