using CsCheck;
using MoECompiler.Graphs;
using MoECompiler.Ops;
using MoECompiler.Reference;
using MoECompiler.Tests.Ops;
using Xunit;
using static MoECompiler.Tests.ProductTesting;

namespace MoECompiler.Tests;

/// <summary>Products with a matrix in 4 bits on the right, against the definition on what its codes stand for.</summary>
public unsafe class QuantizedProductTests
{
    private readonly struct BiasRelu(float* bias) : IEpilogue
    {
        public V Apply<V>(V sum, long row, int column) where V : unmanaged, ILanes<V> => Lane.Relu(sum + V.Load(bias + column));
    }

    private static readonly Gen<int> s_extent = Gen.Frequency((1, Gen.Const(1)), (4, Gen.Int[1, 40]), (2, Gen.Int[60, 140]));

    [Fact]
    public void MatMul_AnyShape_IsTheProductWithWhatIsStored() =>
        Gen.Select(Gen.Int[0, 50], s_extent, s_extent, Gen.Bool).Sample(
            static (rows, columns, depth, transposeB) => Check(rows, columns, depth, transposeB), iter: 200, threads: 1);

    [Theory]
    [InlineData(1, 999, 523)]
    [InlineData(251, 65, 257)]
    [InlineData(500, 33, 100)]
    [InlineData(37, 700, 1)]
    [InlineData(23, 31, 1_100)]
    public void MatMul_LargerThanABlock_IsTheProductWithWhatIsStored(int rows, int columns, int depth)
    {
        Check(rows, columns, depth, false);
        Check(rows, columns, depth, true);
    }

    /// <summary>What LoRA is on such a matrix.</summary>
    [Fact]
    public void MatMul_ThatGoesOnOverFloats_IsTheSumOfBoth() =>
        Gen.Select(Gen.Int[0, 50], s_extent, s_extent, Gen.Int[1, 9], Gen.Bool).Sample(
            static (rows, columns, depth, rank, transposeB) =>
            {
                View<float> a = Random(OneThread, 1, rows, depth), a2 = Random(OneThread, 3, rows, rank), b2 = Random(OneThread, 4, columns, rank);
                Nf4View b = transposeB ? Quantized(OneThread, 2, columns, depth) : Quantized(OneThread, 2, depth, columns);
                View<float> y = Garbage(OneThread, rows, columns);
                Kernels.MatMul(OneThread, a, b, a2, b2, y, TransposeA: false, TransposeB: transposeB, SecondTransposeB: true);
                ReferenceTensor[] operands = [a.ToReference(), ReferenceTensor.Of(b), a2.ToReference(), b2.ToReference()];
                MatMul op = new(TransposeB: transposeB, Second: new SecondPair(true));
                ReferenceTensor magnitudes = op.Run([.. operands.Select(static o => o.Magnitudes())], [[rows, columns]], NoSizes)[0];
                Assert.True(IsNear(op.Run(operands, [[rows, columns]], NoSizes)[0], magnitudes, depth + rank, y.Span), $"{rows} x {columns}, depth {depth} and {rank}, {transposeB}");
            },
            iter: 100, threads: 1);

    /// <summary>A matrix in 4 bits begins; two of them stay apart.</summary>
    [Fact]
    public void Join_OfPairs_BeginsWithTheMatrixIn4Bits()
    {
        Node floats = Product(TensorType.F32(5, 100), TensorType.F32(7, 100)), bits = Product(TensorType.F32(5, 8), TensorType.NF4(7, 8));
        Assert.Equal(DType.NF4, SecondPair.Join(floats, bits)!.Value.Operands[1].Type.Type);
        Assert.Equal(DType.NF4, SecondPair.Join(bits, floats)!.Value.Operands[1].Type.Type);
        Assert.Null(SecondPair.Join(bits, bits));

        static Node Product(TensorType left, TensorType right)
        {
            GraphBuilder graph = new();
            graph.Add(new MatMul(TransposeB: true), "y", graph.Input("a", left), graph.Input("b", right));
            return graph.Nodes[0];
        }
    }

    [Fact]
    public void MatMul_WithEpilogue_EndsWithIt()
    {
        Nf4View b = Quantized(OneThread, 2, 37, 133);
        View<float> a = Random(OneThread, 1, 19, 133), bias = Random(OneThread, 3, 37), sums = Garbage(OneThread, 19, 37), y = Garbage(OneThread, 19, 37);
        Kernels.MatMul(OneThread, a, b, sums, TransposeA: false, TransposeB: true);
        Kernels.MatMul(OneThread, a, b, y, TransposeA: false, TransposeB: true, new BiasRelu(bias.Pointer));
        for (int i = 0; i < y.Count; i++)
            Assert.Equal(MathF.Max(sums.Pointer[i] + bias.Pointer[i % 37], 0), y.Pointer[i]);
    }

    [Fact]
    public void GroupedMatMul_AnyDispatch_IsAProductForEachExpert() =>
        Gen.Select(Gen.Int[0, 1_000], Gen.Int[0, 60], Gen.Int[1, 4], Gen.Int[1, 9], Gen.OneOf(0.0, 0.3, 1.0), s_extent, Gen.Select(s_extent, Gen.Bool, Gen.Bool)).Sample(
            static (seed, tokens, slots, experts, dropped, columns, rest) =>
            {
                (int depth, bool gather, bool transposeB) = rest;
                RandomDispatch dispatch = new(TwoThreads, seed, tokens, slots, experts, dropped);
                View<float> x = Random(TwoThreads, 1, gather ? dispatch.Tokens : dispatch.Rows, depth);
                Nf4View weights = transposeB ? Quantized(TwoThreads, 2, experts, columns, depth) : Quantized(TwoThreads, 2, experts, depth, columns);
                View<float> y = Garbage(TwoThreads, dispatch.Rows, columns);
                Kernels.GroupedMatMul(TwoThreads, x, weights, dispatch.Order, dispatch.Offsets, y, gather, transposeB);

                View<float> expected = TwoThreads.New<float>(dispatch.Rows, columns);
                for (int expert = 0; expert < experts; expert++)
                {
                    View<float> rows = dispatch.RowsOf(TwoThreads, x, expert, gather), product = TwoThreads.New<float>(rows.Rows, columns);
                    Kernels.MatMul(TwoThreads, rows, weights.At(expert), product, TransposeA: false, transposeB);
                    product.Span.CopyTo(expected.Span[(dispatch.Offsets.Span[expert] * columns)..]);
                }
                Assert.Equal(-1, FirstDifference(expected.Span, y.Span));
            },
            iter: 100, threads: 1);

    [Fact]
    public void Product_Repeated_AllocatesNothing()
    {
        Nf4View b = Quantized(TwoThreads, 2, 300, 300);
        View<float> a = Random(TwoThreads, 1, 300, 300), y = Garbage(TwoThreads, 300, 300);
        for (int i = 0; i < 3; i++)
            Kernels.MatMul(TwoThreads, a, b, y, TransposeA: false, TransposeB: true);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Kernels.MatMul(TwoThreads, a, b, y, TransposeA: false, TransposeB: true);
        Kernels.MatMul(TwoThreads, a, b, y, TransposeA: false, TransposeB: false);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Types_OtherThanFloatsByAMatrixIn4Bits_AreRefused()
    {
        TensorType x = TensorType.F32(3, 8), quantized = TensorType.NF4(5, 8);
        Assert.Equal("f32[3, 5]", new MatMul(TransposeB: true).Infer([x, quantized])[0].ToString());
        foreach ((TensorType left, TensorType right) in new[] { (quantized, quantized), (quantized, x), (x.As(DType.F16), quantized) })
            Assert.Contains("takes floats of one type", Assert.Throws<ShapeError>(() => new MatMul(TransposeB: true).Infer([left, right]).ToString()!).Message, StringComparison.Ordinal);
        Assert.Equal("f32[5, 8]", new MoECompiler.Ops.Convert(DType.F32).Infer([quantized])[0].ToString());
        Assert.Throws<ShapeError>(() => new MoECompiler.Ops.Convert(DType.NF4).Infer([x]).ToString()!);
        Assert.Throws<ShapeError>(() => new MoECompiler.Ops.Convert(DType.BF16).Infer([quantized]).ToString()!);
    }

    private static void Check(int rows, int columns, int depth, bool transposeB)
    {
        View<float> a = Random(OneThread, 1, rows, depth);
        Nf4View b = transposeB ? Quantized(OneThread, 2, columns, depth) : Quantized(OneThread, 2, depth, columns);
        View<float> y = Garbage(OneThread, rows, columns), again = Garbage(TwoThreads, rows, columns);
        Kernels.MatMul(OneThread, a, b, y, TransposeA: false, transposeB);
        Kernels.MatMul(TwoThreads, a, b, again, TransposeA: false, transposeB);
        Assert.Equal(-1, FirstDifference(y.Span, again.Span));
        ReferenceTensor[] operands = [a.ToReference(), ReferenceTensor.Of(b)];
        MatMul op = new(TransposeB: transposeB);
        ReferenceTensor expected = op.Run(operands, [[rows, columns]], NoSizes)[0];
        ReferenceTensor magnitudes = op.Run([.. operands.Select(static o => o.Magnitudes())], [[rows, columns]], NoSizes)[0];
        Assert.True(IsNear(expected, magnitudes, depth, y.Span), $"{rows} x {columns}, depth {depth}, {transposeB}");
    }

    /// <summary>Matrices of N(0, 1), the same for the same seed.</summary>
    private static Nf4View Quantized(CpuDevice device, int seed, params int[] extents)
    {
        Extents shape = new(extents);
        Nf4View view = new(device.Allocate(Nf4View.BytesOf(shape)), 0, shape);
        ((FloatView)view).CopyFrom(new Source(seed).Normal(extents).Floats);
        return view;
    }
}
