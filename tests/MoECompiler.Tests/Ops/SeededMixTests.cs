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

    private static void ForShapes(Action<Source, int, int, int, int> test)
    {
        Gen.Select(Gen.Int[0, 6], Gen.Int[1, 12], Gen.Int[1, 40], Gen.Int[1, 40], Gen.Int).Sample(
            (groups, count, rows, columns, seed) => test(new Source(seed), groups, count, rows, columns), iter: Cases);
        // More matrices than a pass serves, and more elements than a chunk has.
        test(new Source(1), 70, 3, 2, 130);
        test(new Source(2), 2, 5, 17, 301);
    }
}
