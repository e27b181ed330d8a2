using CsCheck;
using MoECompiler.Graphs;
using MoECompiler.Ops;
using MoECompiler.Reference;
using Xunit;
using Size = MoECompiler.Graphs.Size;

namespace MoECompiler.Tests.Ops;

[Tests(typeof(Reduce), typeof(SumTo))]
public class ReduceTests : OpTest
{
    /// <summary>Sums of some thousand numbers near 1.</summary>
    private const double Tolerance = 2e-5;

    public static TheoryData<Reduction> Kinds => [.. Enum.GetValues<Reduction>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Reduce_AnyAxes_MatchesTheDefinition(Reduction kind)
    {
        Gen<int[]> shapes = Gen.OneOf(0, 1, 2, 3, 4, 17, 67).Array[0, 5].Where(static s => s.Aggregate(1, static (a, b) => a * b) < 100_000);
        Gen.Select(shapes, Gen.Int[0, 63], Gen.Bool, Gen.Int).Sample((shape, axes, keep, seed) => Check(kind, shape, axes, keep, seed), iter: 3 * Cases);
        Check(kind, [1_000, 100], 0b01, false, 1);
        Check(kind, [1_000, 100], 0b10, false, 2);
        Check(kind, [100_003], 0b1, true, 3);
        Check(kind, [31, 65, 67], 0b101, false, 4);
        Check(kind, [31, 65, 67], 0b010, false, 5);
    }

    /// <param name="axes">A bit for each axis that is reduced.</param>
    private static void Check(Reduction kind, int[] shape, int axes, bool keep, int seed)
    {
        int[] reduced = [.. Enumerable.Range(0, shape.Length).Where(axis => (axes >> axis & 1) != 0)];
        Matches(
            new Reduce(kind, reduced.ToEquatable(), keep), [new Source(seed).Normal(shape)],
            (cpu, v) => Kernels.Reduce(cpu, v.In(0), v.Out(), Kind: kind, Axes: reduced), Tolerance);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Reduce_EachKind_HasTheGradientOfItsDifferences(Reduction kind)
    {
        Source source = new(9);
        GradientCheck.Check(new Reduce(kind, [1]), source.Normal(3, 4, 2));
        GradientCheck.Check(new Reduce(kind, [0, 2], KeepExtents: true), source.Normal(3, 4, 2));
        GradientCheck.Check(new Reduce(kind, [0]), source.Normal(5));
        ReferenceContext context = new(static name => name == "B" ? 5 : throw new ArgumentException(name), default);
        GradientCheck.Check(new Reduce(kind, [0]), [source.Normal(5, 3)], context, [TensorType.F32(Size.Symbol("B"), 3)]);
    }

    [Fact]
    public void Reduce_NaN_IsTheResult()
    {
        TestTensor x = TestTensor.F32([2, 3], 1, float.NaN, 3, 4, float.PositiveInfinity, 5);
        foreach (Reduction kind in Enum.GetValues<Reduction>())
            Matches(new Reduce(kind, [1]), [x], (cpu, v) => Kernels.Reduce(cpu, v.In(0), v.Out(), kind, [1]), 0);
    }

    [Fact]
    public void SumTo_AnyBroadcast_MatchesTheDefinition()
    {
        Gen<int[]> shapes = Gen.OneOf(0, 1, 2, 3, 5, 17, 33).Array[0, 4];
        Gen.Select(shapes, Gen.Int[0, 4], Gen.Int[0, 15], Gen.Int).Sample(
            (shape, missing, ones, seed) =>
            {
                EquatableArray<Size> small = [.. shape.Skip(missing).Select((extent, axis) => Size.Of((ones >> axis & 1) != 0 ? 1 : extent))];
                Matches(new SumTo(small), [new Source(seed).Normal(shape)], (cpu, v) => Kernels.SumTo(cpu, v.In(0), v.Out()), Tolerance);
            },
            iter: 3 * Cases);
    }

    [Fact]
    public void SumTo_Operand_HasTheGradientOfItsDifferences()
    {
        GradientCheck.Check(new SumTo([3, 1]), new Source(4).Normal(2, 3, 4));
        GradientCheck.Check(new SumTo([]), new Source(4).Normal(2, 3));
    }
}
