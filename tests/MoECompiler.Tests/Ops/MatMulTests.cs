using CsCheck;
using MoECompiler.Ops;
using MoECompiler.Reference;
using Xunit;
using static MoECompiler.Tests.ProductTesting;

namespace MoECompiler.Tests;

public unsafe class MatMulTests
{
    private readonly struct BiasRelu(float* bias) : IEpilogue
    {
        public V Apply<V>(V sum, long row, int column) where V : unmanaged, ILanes<V> => Lane.Relu(sum + V.Load(bias + column));
    }

    /// <summary>A formula that tells where it is applied.</summary>
    private readonly struct AddWhole(float* whole, long columns) : IEpilogue
    {
        public V Apply<V>(V sum, long row, int column) where V : unmanaged, ILanes<V> => sum + V.Load(whole + row * columns + column);
    }

    /// <summary>The sum as the kernel promises it: fused multiply-adds in the order of depth.</summary>
    private static float[] Chains(View<float> a, View<float> b, int rows, int columns, int depth, bool transposeA, bool transposeB)
    {
        float[] y = new float[rows * columns];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                // One chain; of a narrow product sixteen, which are then added up by halves.
                bool isNarrow = !transposeA && transposeB && columns <= 12;
                float[] sums = new float[16];
                for (int k = 0; k < depth; k++)
                {
                    float left = transposeA ? a.Pointer[k * rows + i] : a.Pointer[i * depth + k];
                    float right = transposeB ? b.Pointer[j * depth + k] : b.Pointer[k * columns + j];
                    ref float sum = ref sums[isNarrow ? k % 16 : 0];
                    sum = MathF.FusedMultiplyAdd(left, right, sum);
                }
                for (int half = 8; half > 0 && isNarrow; half /= 2)
                {
                    for (int lane = 0; lane < half; lane++)
                        sums[lane] += sums[lane + half];
                }
                y[i * columns + j] = sums[0];
            }
        }
        return y;
    }

    private static void IsExact(CpuDevice cpu, int rows, int columns, int depth, bool transposeA, bool transposeB)
    {
        View<float> a = transposeA ? Random(cpu, 1, depth, rows) : Random(cpu, 1, rows, depth);
        View<float> b = transposeB ? Random(cpu, 2, columns, depth) : Random(cpu, 2, depth, columns);
        View<float> y = Garbage(cpu, rows, columns);
        Kernels.MatMul(cpu, a, b, y, transposeA, transposeB);
        int difference = FirstDifference(Chains(a, b, rows, columns, depth, transposeA, transposeB), y.Span);
        Assert.True(difference < 0, $"element {difference} of {rows} x {columns}, depth {depth}, {transposeA}, {transposeB} on {cpu.Name}");
    }

    [Fact]
    public void MatMul_AnyShape_SumsInTheOrderOfDepth() =>
        Gen.Select(Gen.Int[0, 50], Gen.Int[0, 70], Gen.Int[0, 60], Gen.Bool, Gen.Bool, Gen.Bool).Sample(
            static (rows, columns, depth, transposeA, transposeB, two) => IsExact(two ? TwoThreads : OneThread, rows, columns, depth, transposeA, transposeB),
            iter: 300);

    [Theory]
    [InlineData(1, 999, 523)]
    [InlineData(251, 65, 257)]
    [InlineData(500, 33, 100)]
    [InlineData(37, 700, 1)]
    [InlineData(23, 31, 1_100)]
    public void MatMul_LargerThanABlock_SumsInTheOrderOfDepth(int rows, int columns, int depth)
    {
        foreach (CpuDevice cpu in (CpuDevice[])[OneThread, TwoThreads])
        {
            IsExact(cpu, rows, columns, depth, false, false);
            IsExact(cpu, rows, columns, depth, false, true);
            IsExact(cpu, rows, columns, depth, true, false);
            IsExact(cpu, rows, columns, depth, true, true);
        }
    }

    [Fact]
    public void MatMul_Epilogue_IsAppliedToEachSumOnce() =>
        Gen.Select(Gen.Int[0, 30], Gen.Int[1, 70], Gen.Int[0, 40], Gen.Bool).Sample(
            static (rows, columns, depth, two) =>
            {
                CpuDevice cpu = two ? TwoThreads : OneThread;
                View<float> a = Random(cpu, 1, rows, depth);
                View<float> b = Random(cpu, 2, columns, depth);
                View<float> bias = Random(cpu, 3, columns);
                View<float> whole = Random(cpu, 4, rows, columns);
                View<float> sums = Garbage(cpu, rows, columns);
                View<float> biased = Garbage(cpu, rows, columns);
                View<float> added = Garbage(cpu, rows, columns);
                Kernels.MatMul(cpu, a, b, sums, TransposeA: false, TransposeB: true);
                Kernels.MatMul(cpu, a, b, biased, TransposeA: false, TransposeB: true, new BiasRelu(bias.Pointer));
                Kernels.MatMul(cpu, a, b, added, TransposeA: false, TransposeB: true, new AddWhole(whole.Pointer, columns));
                for (int i = 0; i < sums.Count; i++)
                {
                    Assert.Equal(MathF.Max(sums.Pointer[i] + bias.Pointer[i % columns], 0), biased.Pointer[i]);
                    Assert.Equal(sums.Pointer[i] + whole.Pointer[i], added.Pointer[i]);
                }
            },
            iter: 100);

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void MatMul_AnyTranspose_IsNearTheReference(bool transposeA, bool transposeB)
    {
        (int rows, int columns, int depth) = (19, 37, 133);
        View<float> a = transposeA ? Random(OneThread, 1, depth, rows) : Random(OneThread, 1, rows, depth);
        View<float> b = transposeB ? Random(OneThread, 2, columns, depth) : Random(OneThread, 2, depth, columns);
        View<float> bias = Random(OneThread, 3, columns);
        View<float> y = Garbage(OneThread, rows, columns);
        Kernels.MatMul(OneThread, a, b, y, transposeA, transposeB, new BiasRelu(bias.Pointer));

        MatMul op = new(transposeA, transposeB, Scalar.Relu(Scalar.In(0) + Scalar.In(1)));
        ReferenceTensor[] operands = [a.ToReference(), b.ToReference(), bias.ToReference()];
        ReferenceTensor expected = op.Run(operands, [[rows, columns]], NoSizes)[0];
        ReferenceTensor magnitudes = op.Run([.. operands.Select(static o => o.Magnitudes())], [[rows, columns]], NoSizes)[0];
        Assert.True(IsNear(expected, magnitudes, depth, y.Span));
    }

    [Fact]
    public void MatMul_OuterExtents_AreRows()
    {
        View<float> a = Random(OneThread, 1, 2, 3, 5);
        View<float> b = Random(OneThread, 2, 4, 5);
        View<float> y = Garbage(OneThread, 2, 3, 4);
        Kernels.MatMul(OneThread, a, b, y, TransposeA: false, TransposeB: true);
        Assert.Equal(Chains(a, b, 6, 4, 5, transposeA: false, transposeB: true), y.Span.ToArray());

        View<float> db = Garbage(OneThread, 4, 5);
        Kernels.MatMul(OneThread, y, a, db, TransposeA: true, TransposeB: false);
        Assert.Equal(Chains(y, a, 4, 5, 6, transposeA: true, transposeB: false), db.Span.ToArray());
    }

    [Fact]
    public void MatMul_Repeated_AllocatesNothing()
    {
        View<float> a = Random(TwoThreads, 1, 300, 300);
        View<float> y = Garbage(TwoThreads, 300, 300);
        for (int i = 0; i < 3; i++)
            Kernels.MatMul(TwoThreads, a, a, y, TransposeA: false, TransposeB: true);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Kernels.MatMul(TwoThreads, a, a, y, TransposeA: false, TransposeB: true);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
