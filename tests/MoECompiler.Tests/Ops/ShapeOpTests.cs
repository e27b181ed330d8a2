using CsCheck;
using MoECompiler.Graphs;
using MoECompiler.Ops;
using Xunit;
using Size = MoECompiler.Graphs.Size;

namespace MoECompiler.Tests.Ops;

[Tests(typeof(Reshape), typeof(BroadcastTo), typeof(Transpose), typeof(Slice), typeof(Pad), typeof(Concat), typeof(Split), typeof(Detach))]
public class ShapeOpTests : OpTest
{
    private static readonly Gen<int[]> s_shapes = Gen.OneOf(0, 1, 2, 3, 5, 17, 33).Array[1, 4];

    [Fact]
    public void BroadcastTo_AnyShapes_Repeats() => Gen.Select(s_shapes, Gen.Int[0, 4], Gen.Int[0, 15], Gen.Int).Sample(
        (shape, missing, ones, seed) =>
        {
            int[] small = [.. shape.Skip(missing).Select((extent, axis) => (ones >> axis & 1) != 0 ? 1 : extent)];
            Matches(new BroadcastTo(Sizes(shape)), [new Source(seed).Normal(small)], (cpu, v) => Kernels.BroadcastTo(cpu, v.In(0), v.Out()), 0);
        },
        iter: 2 * Cases);

    [Fact]
    public void Transpose_AnyOrder_MovesEachElement()
    {
        Gen.Select(Gen.OneOf(0, 1, 2, 3, 5, 17, 19).Array[0, 5], Gen.Int).Where(static (s, _) => s.Aggregate(1, static (a, b) => a * b) < 50_000)
            .Sample(
                (shape, seed) =>
                {
                    int[] order = [.. Enumerable.Range(0, shape.Length)];
                    new Random(seed).Shuffle(order);
                    Check(shape, order, seed);
                },
                iter: 3 * Cases);
        Check([300, 257], [1, 0], 1);
        Check([3, 50, 4, 65], [0, 2, 1, 3], 2);
        Check([3, 50, 4, 65], [0, 2, 3, 1], 3);

        static void Check(int[] shape, int[] order, int seed) => Matches(
            new Transpose(order.ToEquatable()), [new Source(seed).Normal(shape)],
            (cpu, v) => Kernels.Transpose(cpu, v.In(0), v.Out(), Order: order), 0);
    }

    [Fact]
    public void SliceAndPad_AnyAxis_CopyAPart() => Gen.Select(s_shapes, Gen.Int[0, 3], Gen.Int[0, 6], Gen.Int[0, 6], Gen.Int).Sample(
        (shape, anyAxis, before, after, seed) =>
        {
            int axis = anyAxis % shape.Length;
            int[] large = [.. shape.Select((extent, i) => i == axis ? before + extent + after : extent)];
            Matches(
                new Slice(axis, before, shape[axis]), [new Source(seed).Normal(large)],
                (cpu, v) => Kernels.Slice(cpu, v.In(0), v.Out(), Axis: axis, Start: before), 0);
            Matches(
                new Pad(axis, before, large[axis]), [new Source(seed).Normal(shape)],
                (cpu, v) => Kernels.Pad(cpu, v.In(0), v.Out(), Axis: axis, Start: before), 0);
        },
        iter: 2 * Cases);

    [Fact]
    public void Concat_AnyAxis_CopiesBoth() => Gen.Select(s_shapes, Gen.Int[0, 3], Gen.Int[0, 9], Gen.Int).Sample(
        (shape, anyAxis, other, seed) =>
        {
            int axis = anyAxis % shape.Length;
            int[] second = [.. shape.Select((extent, i) => i == axis ? other : extent)];
            Source source = new(seed);
            Matches(
                new Concat(axis), [source.Normal(shape), source.Normal(second)],
                (cpu, v) => Kernels.Concat(cpu, v.In(0), v.In(1), v.Out(), Axis: axis), 0);
        },
        iter: 2 * Cases);

    [Fact]
    public void Slice_PastTheAxis_Throws()
    {
        using CpuDevice cpu = new(1);
        Assert.Throws<ArgumentException>(() => Kernels.Slice(cpu, cpu.New<float>(2, 3), cpu.New<float>(2, 2), Axis: 1, Start: 2));
        Assert.Throws<ArgumentException>(() => Kernels.Pad(cpu, cpu.New<float>(2, 2), cpu.New<float>(2, 3), Axis: 1, Start: 2));
    }

    [Fact]
    public void ShapeOps_EachOperand_HasTheGradientOfItsDifferences()
    {
        Source source = new(2);
        GradientCheck.Check(new Reshape(Sizes([6, 2])), source.Normal(3, 4));
        GradientCheck.Check(new BroadcastTo(Sizes([2, 3, 4])), source.Normal(3, 1));
        GradientCheck.Check(new Transpose([2, 0, 1]), source.Normal(2, 3, 4));
        GradientCheck.Check(new Slice(1, 1, 2), source.Normal(2, 4, 3));
        GradientCheck.Check(new Pad(1, 1, 5), source.Normal(2, 3, 2));
        GradientCheck.Check(new Concat(1), source.Normal(2, 3, 2), source.Normal(2, 1, 2));
        GradientCheck.Check(new Split(Sizes([1, 3, 2])), source.Normal(6, 2));
    }

    [Fact]
    public void Detach_IsTheValueWithoutAGradient()
    {
        GraphBuilder graph = new();
        Value x = graph.Parameter(new GraphParameter(new Value("x", TensorType.F32(3)), new Initializer.Constant(1), "x", IsFrozen: false));
        Value y = graph.Multiply(graph.Add(new Detach(), "y", x), x, "z");
        graph.Output("loss", graph.Reduce(Reduction.Sum, y, [0], "loss"), OutputKind.Loss);
        Graph training = MoECompiler.Passes.Differentiate.Run(graph.Build("Loss"), "Train");
        // Of c x with c = x: c, and not 2 x.
        Assert.Equal(Passes.GraphRun.Values(training)["x"].Data, Passes.GraphRun.Run(training)["x"].Data);
    }

    private static EquatableArray<Size> Sizes(int[] shape) => shape.Select(static extent => Size.Of(extent)).ToEquatable();
}
