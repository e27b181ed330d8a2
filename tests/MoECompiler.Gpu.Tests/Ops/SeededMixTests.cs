using CsCheck;
using MoECompiler.Ops;
using MoECompiler.Tests.Ops;
using Xunit;

namespace MoECompiler.Gpu.Tests.Ops;

public class SeededMixTests : GpuOpTest
{
    /// <summary>Sums of up to some hundred products near 1, over the root of their number.</summary>
    private const double Tolerance = 1e-5;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void SeededMix_AnyExtents_MatchesTheDefinition(bool isShared) => ForShapes((source, groups, count, rows, columns) => Matches(
        new SeededMix(9, Matrix: 4, isShared, rows, columns, ScaleOf: count, OffsetOf: columns), [source.Normal(groups, count)],
        (gpu, v) => GpuKernels.SeededMix(gpu, v.In(0), v.Out(), Seed: 9, Matrix: 4, isShared, ScaleOf: count, OffsetOf: columns), Tolerance));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void SeededMixGradient_AnyExtents_MatchesTheDefinition(bool isShared) => ForShapes((source, groups, count, rows, columns) => Matches(
        new SeededMixGradient(9, Matrix: 4, isShared, count, ScaleOf: 16), [source.Normal(groups, rows, columns)],
        (gpu, v) => GpuKernels.SeededMixGradient(gpu, v.In(0), v.Out(), Seed: 9, Matrix: 4, isShared, ScaleOf: 16), Tolerance * 4));

    /// <summary>One coefficient of 1 and no other gives a matrix of the basis alone: the bits of the processor's.</summary>
    [Fact]
    public void SeededMix_OneMatrixOfTheBasis_HasTheBitsOfTheProcessor()
    {
        const int Count = 3, Rows = 7, Columns = 11;
        using CpuDevice cpu = new(1);
        GpuDevice gpu = TestDevice.Instance;
        for (int number = 0; number < Count; number++)
        {
            float[] coefficients = new float[Count];
            coefficients[number] = 1;
            View<float> expected = cpu.New<float>(1, Rows, Columns);
            using Buffer given = gpu.Allocate(Count * sizeof(float)), made = gpu.Allocate(Rows * Columns * sizeof(float));
            View<float> found = made.View<float>(new Extents(1, Rows, Columns));
            given.View<float>(new Extents(Count)).CopyFrom(coefficients);
            Kernels.SeededMix(cpu, cpu.Upload<float>(coefficients, [1, Count]), expected, Seed: 42, Matrix: 6, IsShared: true, ScaleOf: 1, OffsetOf: 0);
            GpuKernels.SeededMix(gpu, given.View<float>(new Extents(1, Count)), found, Seed: 42, Matrix: 6, IsShared: true, ScaleOf: 1, OffsetOf: 0);
            Assert.Equal(expected.ToArray(), found.ToArray());
        }
    }

    private static void ForShapes(Action<Source, int, int, int, int> test)
    {
        int most = TestDevice.IsSimulated ? 5 : 40;
        Gen.Select(Gen.Int[0, 6], Gen.Int[1, 6], Gen.Int[1, most], Gen.Int[1, most], Gen.Int).Sample(
            (groups, count, rows, columns, seed) => test(new Source(seed), groups, count, rows, columns), iter: Cases, threads: 1);
    }
}
