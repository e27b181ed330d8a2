using CsCheck;
using MoECompiler.Ops;
using MoECompiler.Reference;
using Xunit;
using static MoECompiler.Tests.ProductTesting;

namespace MoECompiler.Tests;

[Ops.Tests(typeof(GroupedMatMul), typeof(GroupedWeightGradient), typeof(SumRows))]
public unsafe class GroupedMatMulTests
{
    private readonly struct SiluPlus(float* whole, long columns) : IEpilogue
    {
        public V Apply<V>(V sum, long row, int column) where V : unmanaged, ILanes<V> => Lane.Silu(sum) + V.Load(whole + row * columns + column);
    }

    private static readonly Gen<(int Seed, int Tokens, int Slots, int Experts, double Dropped)> s_dispatches =
        Gen.Select(Gen.Int[0, 1_000], Gen.Int[0, 60], Gen.Int[1, 4], Gen.Int[1, 9], Gen.OneOf(0.0, 0.0, 0.3, 1.0));

    [Fact]
    public void GroupedMatMul_AnyDispatch_IsAProductForEachExpert() =>
        Gen.Select(s_dispatches, Gen.Int[1, 70], Gen.Int[0, 40], Gen.Bool, Gen.Bool, Gen.Bool).Sample(
            static (d, columns, depth, gather, transposeB, two) =>
            {
                CpuDevice cpu = two ? TwoThreads : OneThread;
                RandomDispatch dispatch = new(cpu, d.Seed, d.Tokens, d.Slots, d.Experts, d.Dropped);
                View<float> x = Random(cpu, 1, gather ? dispatch.Tokens : dispatch.Rows, depth);
                View<float> weights = transposeB ? Random(cpu, 2, d.Experts, columns, depth) : Random(cpu, 2, d.Experts, depth, columns);
                View<float> y = Garbage(cpu, dispatch.Rows, columns);
                Kernels.GroupedMatMul(cpu, x, weights, dispatch.Order, dispatch.Offsets, y, gather, transposeB);

                View<float> expected = cpu.New<float>(dispatch.Rows, columns);
                for (int expert = 0; expert < d.Experts; expert++)
                {
                    View<float> rows = dispatch.RowsOf(cpu, x, expert, gather);
                    View<float> product = cpu.New<float>(rows.Rows, columns);
                    Kernels.MatMul(cpu, rows, weights.At(expert), product, TransposeA: false, transposeB);
                    product.Span.CopyTo(expected.Span[(dispatch.Offsets.Span[expert] * columns)..]);
                }
                Assert.Equal(-1, FirstDifference(expected.Span, y.Span));
            },
            iter: 200);

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void GroupedMatMul_WithEpilogue_IsNearTheReference(bool gather, bool transposeB)
    {
        (int columns, int depth) = (37, 300);
        RandomDispatch dispatch = new(TwoThreads, 5, 290, 2, 5, dropped: 0.2);
        View<float> x = Random(TwoThreads, 1, gather ? 290 : 580, depth);
        View<float> weights = transposeB ? Random(TwoThreads, 2, 5, columns, depth) : Random(TwoThreads, 2, 5, depth, columns);
        View<float> whole = Random(TwoThreads, 3, 580, columns);
        View<float> y = Garbage(TwoThreads, 580, columns);
        Kernels.GroupedMatMul(
            TwoThreads, x, weights, dispatch.Order, dispatch.Offsets, y, gather, transposeB, new SiluPlus(whole.Pointer, columns));

        GroupedMatMul op = new(gather, transposeB, Scalar.Silu(Scalar.In(0)) + Scalar.In(1));
        ReferenceTensor[] operands =
            [x.ToReference(), weights.ToReference(), dispatch.Order.ToReference(), dispatch.Offsets.ToReference(), whole.ToReference()];
        ReferenceTensor[] magnitudes = [.. operands];
        (magnitudes[0], magnitudes[1], magnitudes[4]) = (operands[0].Magnitudes(), operands[1].Magnitudes(), operands[4].Magnitudes());
        int[][] shapes = [[580, columns]];
        Assert.True(IsNear(op.Run(operands, shapes, NoSizes)[0], op.Run(magnitudes, shapes, NoSizes)[0], depth, y.Span));
        Assert.True(dispatch.Used < 580);
        Assert.All(y.Span[(dispatch.Used * columns)..].ToArray(), static v => Assert.Equal(0, v));
    }

    [Fact]
    public void GroupedMatMul_IndexOutside_IsRefused()
    {
        RandomDispatch dispatch = new(OneThread, 5, 8, 2, 3, dropped: 0);
        View<float> x = Random(OneThread, 1, 8, 4);
        View<float> weights = Random(OneThread, 2, 3, 4, 5);
        View<float> y = Garbage(OneThread, 16, 5);
        dispatch.Order.Span[7] = 16;
        ArgumentException wrong = Assert.Throws<ArgumentException>(() => Run());
        Assert.StartsWith("order[7] is 16; it must be from 0 to 15.", wrong.Message);
        dispatch.Offsets.Span[3] = 17;
        wrong = Assert.Throws<ArgumentException>(() => Run());
        Assert.StartsWith("offsets[3] is 17; it must be from", wrong.Message);

        void Run() => Kernels.GroupedMatMul(OneThread, x, weights, dispatch.Order, dispatch.Offsets, y, GatherRows: true, TransposeB: false);
    }

    [Fact]
    public void GroupedWeightGradient_AnyDispatch_IsAProductForEachExpert() =>
        Gen.Select(s_dispatches, Gen.Int[1, 70], Gen.Int[1, 40], Gen.Bool, Gen.Bool, Gen.Bool).Sample(
            static (d, columns, depth, gather, transposeB, two) =>
            {
                CpuDevice cpu = two ? TwoThreads : OneThread;
                RandomDispatch dispatch = new(cpu, d.Seed, d.Tokens, d.Slots, d.Experts, d.Dropped);
                View<float> x = Random(cpu, 1, gather ? dispatch.Tokens : dispatch.Rows, depth);
                View<float> dy = Random(cpu, 2, dispatch.Rows, columns);
                View<float> dw = transposeB ? Garbage(cpu, d.Experts, columns, depth) : Garbage(cpu, d.Experts, depth, columns);
                Kernels.GroupedWeightGradient(cpu, x, dy, dispatch.Order, dispatch.Offsets, dw, gather, transposeB);
                for (int expert = 0; expert < d.Experts; expert++)
                {
                    View<float> rows = dispatch.RowsOf(cpu, x, expert, gather);
                    View<float> slopes = dispatch.RowsOf(cpu, dy, expert, gather: false);
                    View<float> expected = cpu.New<float>(dw.Extents[1], dw.Extents[2]);
                    if (transposeB)
                        Kernels.MatMul(cpu, slopes, rows, expected, TransposeA: true, TransposeB: false);
                    else
                        Kernels.MatMul(cpu, rows, slopes, expected, TransposeA: true, TransposeB: false);
                    Assert.Equal(-1, FirstDifference(expected.Span, dw.At(expert).Span));
                }
            },
            iter: 200);

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void GroupedWeightGradient_AnyLayout_IsNearTheReference(bool gather, bool transposeB)
    {
        (int columns, int depth) = (37, 21);
        RandomDispatch dispatch = new(TwoThreads, 5, 290, 2, 5, dropped: 0.2);
        View<float> x = Random(TwoThreads, 1, gather ? 290 : 580, depth);
        View<float> dy = Random(TwoThreads, 3, 580, columns);
        int[] shape = transposeB ? [5, columns, depth] : [5, depth, columns];
        View<float> dw = Garbage(TwoThreads, shape);
        Kernels.GroupedWeightGradient(TwoThreads, x, dy, dispatch.Order, dispatch.Offsets, dw, gather, transposeB);

        GroupedWeightGradient op = new(gather, transposeB);
        ReferenceTensor[] operands = [x.ToReference(), dy.ToReference(), dispatch.Order.ToReference(), dispatch.Offsets.ToReference()];
        ReferenceTensor[] magnitudes = [operands[0].Magnitudes(), operands[1].Magnitudes(), operands[2], operands[3]];
        Assert.True(IsNear(op.Run(operands, [shape], NoSizes)[0], op.Run(magnitudes, [shape], NoSizes)[0], 580, dw.Span));
    }

    [Fact]
    public void SumRows_AnyDispatch_AddsInTheOrderOfSlots() =>
        Gen.Select(s_dispatches, Gen.Int[1, 600], Gen.Bool).Sample(
            static (d, columns, two) =>
            {
                CpuDevice cpu = two ? TwoThreads : OneThread;
                RandomDispatch dispatch = new(cpu, d.Seed, d.Tokens, d.Slots, d.Experts, d.Dropped);
                View<float> rows = Random(cpu, 1, dispatch.Rows, columns);
                View<float> y = Garbage(cpu, d.Tokens, columns);
                Kernels.SumRows(cpu, rows, dispatch.Order, y);

                float[] expected = new float[d.Tokens * columns];
                for (int pair = 0; pair < dispatch.Rows; pair++)
                {
                    int row = dispatch.Order.Span.IndexOf(pair);
                    for (int j = 0; j < columns && row >= 0; j++)
                        expected[pair / d.Slots * columns + j] += rows.Span[row * columns + j];
                }
                Assert.Equal(-1, FirstDifference(expected, y.Span));

                ReferenceTensor[] operands = [rows.ToReference(), dispatch.Order.ToReference()];
                ReferenceTensor[] magnitudes = [operands[0].Magnitudes(), operands[1]];
                SumRows op = new(d.Tokens);
                int[][] shapes = [[d.Tokens, columns]];
                Assert.True(IsNear(op.Run(operands, shapes, NoSizes)[0], op.Run(magnitudes, shapes, NoSizes)[0], d.Slots, y.Span));
            },
            iter: 100);
}
