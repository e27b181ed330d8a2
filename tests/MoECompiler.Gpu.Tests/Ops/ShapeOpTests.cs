using CsCheck;
using MoECompiler.Graphs;
using MoECompiler.Ops;
using MoECompiler.Tests.Ops;
using Xunit;
using Size = MoECompiler.Graphs.Size;

namespace MoECompiler.Gpu.Tests.Ops;

public class ShapeOpTests : GpuOpTest
{
    private static readonly Gen<int> s_extents = TestDevice.IsSimulated ? Gen.OneOf(0, 1, 2, 3, 5) : Gen.OneOf(0, 1, 2, 3, 5, 17, 33);

    private static readonly Gen<int[]> s_shapes = s_extents.Array[1, 4];

    [Fact]
    public void BroadcastTo_AnyShapes_Repeats() => Gen.Select(s_shapes, Gen.Int[0, 4], Gen.Int[0, 15], Gen.Int).Sample(
        (shape, missing, ones, seed) =>
        {
            int[] small = [.. shape.Skip(missing).Select((extent, axis) => (ones >> axis & 1) != 0 ? 1 : extent)];
            Matches(new BroadcastTo(Sizes(shape)), [new Source(seed).Normal(small)], (gpu, v) => GpuKernels.BroadcastTo(gpu, v.In(0), v.Out()), 0);
        },
        iter: 2 * Cases, threads: 1);

    [Fact]
    public void Transpose_AnyOrder_MovesEachElement()
    {
        Gen.Select(s_extents.Array[0, 6], Gen.Int).Where(static (s, _) => s.Aggregate(1, static (a, b) => a * b) < 50_000).Sample(
            (shape, seed) =>
            {
                int[] order = [.. Enumerable.Range(0, shape.Length)];
                new Random(seed).Shuffle(order);
                Check(shape, order, seed);
            },
            iter: 3 * Cases, threads: 1);
        Check([2, 3, 2, 2, 3, 2], [4, 1, 3, 0, 5, 2], 4);
        Check([34, 9], [1, 0], 1);
        Check([2, 11, 2, 9], [0, 2, 3, 1], 2);
        Check([2, 9, 3, 8], [3, 0, 2, 1], 3);
        if (TestDevice.IsSimulated)
            return;
        Check([300, 257], [1, 0], 1);
        Check([3, 50, 4, 65], [0, 2, 1, 3], 2);
        Check([3, 50, 4, 65], [0, 2, 3, 1], 3);

        static void Check(int[] shape, int[] order, int seed) => Matches(
            new Transpose(order.ToEquatable()), [new Source(seed).Normal(shape)],
            (gpu, v) => GpuKernels.Transpose(gpu, v.In(0), v.Out(), Order: order), 0);
    }

    [Fact]
    public void SliceAndPad_AnyAxis_CopyAPart() => Gen.Select(s_shapes, Gen.Int[0, 3], Gen.Int[0, 6], Gen.Int[0, 6], Gen.Int).Sample(
        (shape, anyAxis, before, after, seed) =>
        {
            int axis = anyAxis % shape.Length;
            int[] large = [.. shape.Select((extent, i) => i == axis ? before + extent + after : extent)];
            Matches(
                new Slice(axis, before, shape[axis]), [new Source(seed).Normal(large)],
                (gpu, v) => GpuKernels.Slice(gpu, v.In(0), v.Out(), Axis: axis, Start: before), 0);
            Matches(
                new Pad(axis, before, large[axis]), [new Source(seed).Normal(shape)],
                (gpu, v) => GpuKernels.Pad(gpu, v.In(0), v.Out(), Axis: axis, Start: before), 0);
        },
        iter: 2 * Cases, threads: 1);

    [Fact]
    public void Concat_AnyAxis_CopiesBoth() => Gen.Select(s_shapes, Gen.Int[0, 3], Gen.Int[0, 9], Gen.Int).Sample(
        (shape, anyAxis, other, seed) =>
        {
            int axis = anyAxis % shape.Length;
            int[] second = [.. shape.Select((extent, i) => i == axis ? other : extent)];
            Source source = new(seed);
            Matches(
                new Concat(axis), [source.Normal(shape), source.Normal(second)],
                (gpu, v) => GpuKernels.Concat(gpu, v.In(0), v.In(1), v.Out(), Axis: axis), 0);
        },
        iter: 2 * Cases, threads: 1);

    [Fact]
    public void Slice_PastTheAxis_Throws()
    {
        GpuDevice gpu = TestDevice.Instance;
        Assert.Throws<ArgumentException>(() => GpuKernels.Slice(gpu, gpu.New<float>(2, 3), gpu.New<float>(2, 2), Axis: 1, Start: 2));
        Assert.Throws<ArgumentException>(() => GpuKernels.Pad(gpu, gpu.New<float>(2, 2), gpu.New<float>(2, 3), Axis: 1, Start: 2));
    }

    private static EquatableArray<Size> Sizes(int[] shape) => shape.Select(static extent => Size.Of(extent)).ToEquatable();
}
