using CsCheck;
using MoECompiler.Graphs;
using MoECompiler.Ops;
using MoECompiler.Tests.Ops;
using Xunit;
using Size = MoECompiler.Graphs.Size;

namespace MoECompiler.Gpu.Tests.Ops;

public class ReduceTests : GpuOpTest
{
    /// <summary>Sums of up to a hundred thousand numbers near 1, which may come to 0.</summary>
    private const double Tolerance = 5e-5;

    private static readonly Gen<int> s_extents = TestDevice.IsSimulated ? Gen.OneOf(0, 1, 2, 3) : Gen.OneOf(0, 1, 2, 3, 4, 17, 67);

    public static TheoryData<Reduction> Kinds => [.. Enum.GetValues<Reduction>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Reduce_AnyAxes_MatchesTheDefinition(Reduction kind)
    {
        Gen<int[]> shapes = s_extents.Array[0, 6].Where(static s => s.Aggregate(1, static (a, b) => a * b) < 100_000);
        Gen.Select(shapes, Gen.Int[0, 63], Gen.Bool, Gen.Int).Sample((shape, axes, keep, seed) => Check(kind, shape, axes, keep, seed), iter: 3 * Cases, threads: 1);
        Check(kind, [3, 1, 2, 3, 2, 3], 0b010100, false, 1);
        Check(kind, [3, 2, 2, 3, 2, 3], 0b101010, false, 2);
        Check(kind, [5, 1, 3], 0b010, false, 3);
    }

    /// <summary>Rows and columns so long that their pieces are reduced by themselves first.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void Reduce_LongAxes_MatchesTheDefinition(Reduction kind)
    {
        int more = TestDevice.IsSimulated ? 1 : 7;
        Check(kind, [300 * more, 3], 0b01, false, 1);
        Check(kind, [2, 9_000 * more], 0b10, false, 2);
        Check(kind, [10_001 * more], 0b1, true, 3);
        Check(kind, [130, 2, 2 * more], 0b101, false, 4);
        Check(kind, [2, 260 * more, 3], 0b010, false, 5);
    }

    /// <param name="axes">A bit for each axis that is reduced.</param>
    private static void Check(Reduction kind, int[] shape, int axes, bool keep, int seed)
    {
        int[] reduced = [.. Enumerable.Range(0, shape.Length).Where(axis => (axes >> axis & 1) != 0)];
        Matches(
            new Reduce(kind, reduced.ToEquatable(), keep), [new Source(seed).Normal(shape)],
            (gpu, v) => GpuKernels.Reduce(gpu, v.In(0), v.Out(), Kind: kind, Axes: reduced), Tolerance);
    }

    [Fact]
    public void Reduce_NaN_IsTheResult()
    {
        TestTensor x = TestTensor.F32([2, 3], 1, float.NaN, 3, 4, float.PositiveInfinity, 5);
        foreach (Reduction kind in Enum.GetValues<Reduction>())
            Matches(new Reduce(kind, [1]), [x], (gpu, v) => GpuKernels.Reduce(gpu, v.In(0), v.Out(), kind, [1]), 0);
    }

    [Fact]
    public void SumTo_AnyBroadcast_MatchesTheDefinition() => Gen.Select(s_extents.Array[0, 4], Gen.Int[0, 4], Gen.Int[0, 15], Gen.Int).Sample(
        (shape, missing, ones, seed) =>
        {
            EquatableArray<Size> small = [.. shape.Skip(missing).Select((extent, axis) => Size.Of((ones >> axis & 1) != 0 ? 1 : extent))];
            Matches(new SumTo(small), [new Source(seed).Normal(shape)], (gpu, v) => GpuKernels.SumTo(gpu, v.In(0), v.Out()), Tolerance);
        },
        iter: 3 * Cases, threads: 1);
}
