using CsCheck;
using MoECompiler.Graphs;
using MoECompiler.Ops;
using MoECompiler.Tests.Ops;
using Xunit;
using Size = MoECompiler.Graphs.Size;

namespace MoECompiler.Gpu.Tests.Ops;

public class ShapeOpTests : GpuOpTest
{
    private static readonly Gen<int[]> s_shapes = Gen.OneOf(0, 1, 2, 3, 5).Array[1, 4];

    [Fact]
    public void BroadcastTo_AnyShapes_Repeats() => Gen.Select(s_shapes, Gen.Int[0, 4], Gen.Int[0, 15], Gen.Int).Sample(
        (shape, missing, ones, seed) =>
        {
            int[] small = [.. shape.Skip(missing).Select((extent, axis) => (ones >> axis & 1) != 0 ? 1 : extent)];
            Matches(new BroadcastTo(Sizes(shape)), [new Source(seed).Normal(small)], (gpu, v) => GpuKernels.BroadcastTo(gpu, v.In(0), v.Out()), 0);
        },
        iter: Cases, threads: 1);

    [Fact]
    public void Transpose_AnyOrder_MovesEachElement() => Gen.Select(Gen.OneOf(0, 1, 2, 3, 5).Array[0, 5], Gen.Int).Sample(
        (shape, seed) =>
        {
            int[] order = [.. Enumerable.Range(0, shape.Length)];
            new Random(seed).Shuffle(order);
            Matches(new Transpose(order.ToEquatable()), [new Source(seed).Normal(shape)], (gpu, v) => GpuKernels.Transpose(gpu, v.In(0), v.Out(), Order: order), 0);
        },
        iter: Cases, threads: 1);

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
        iter: Cases, threads: 1);

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
        iter: Cases, threads: 1);

    [Fact]
    public void CopyAndFill_AnyExtent_WriteEachElement() => ForMatrices((rows, columns, seed) =>
    {
        Source source = new(seed);
        Matches(new Copy(), [source.Normal(rows, columns)], (gpu, v) => GpuKernels.Copy(gpu, v.In(0), v.Out()), 0);
        Matches(new Copy(), [source.Indices(9, rows, columns)], (gpu, v) => GpuKernels.Copy(gpu, v.Indices(0), v.OutIndices()), 0);
        Matches(new Fill(0.3f, Sizes([rows, columns])), [], (gpu, v) => GpuKernels.Fill(gpu, v.Out(), Number: 0.3f), 0);
    });

    private static EquatableArray<Size> Sizes(int[] shape) => shape.Select(static extent => Size.Of(extent)).ToEquatable();
}
