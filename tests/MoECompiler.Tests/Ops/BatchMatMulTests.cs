using CsCheck;
using MoECompiler.Ops;
using MoECompiler.Reference;
using Xunit;
using static MoECompiler.Tests.ProductTesting;

namespace MoECompiler.Tests;

public class BatchMatMulTests
{
    [Fact]
    public void BatchMatMul_AnyShape_IsTheProductOfEachPair() =>
        Gen.Select(Gen.Int[0, 5], Gen.Int[0, 20], Gen.Int[0, 40], Gen.Int[0, 30], Gen.Bool, Gen.Bool, Gen.Bool).Sample(
            static (batches, rows, columns, depth, transposeA, transposeB, two) =>
            {
                CpuDevice cpu = two ? TwoThreads : OneThread;
                View<float> a = transposeA ? Random(cpu, 1, batches, depth, rows) : Random(cpu, 1, batches, rows, depth);
                View<float> b = transposeB ? Random(cpu, 2, batches, columns, depth) : Random(cpu, 2, batches, depth, columns);
                View<float> y = Garbage(cpu, batches, rows, columns);
                Kernels.BatchMatMul(cpu, a, b, y, transposeA, transposeB);
                for (int i = 0; i < batches; i++)
                {
                    View<float> one = Garbage(cpu, rows, columns);
                    Kernels.MatMul(cpu, a.At(i), b.At(i), one, transposeA, transposeB);
                    Assert.Equal(-1, FirstDifference(one.Span, y.At(i).Span));
                }
            },
            iter: 200);

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void BatchMatMul_TwoOuterExtents_IsNearTheReference(bool transposeA, bool transposeB)
    {
        int[] shape = [2, 3, 9, 17];
        View<float> a = transposeA ? Random(TwoThreads, 1, 2, 3, 21, 9) : Random(TwoThreads, 1, 2, 3, 9, 21);
        View<float> b = transposeB ? Random(TwoThreads, 2, 2, 3, 17, 21) : Random(TwoThreads, 2, 2, 3, 21, 17);
        View<float> y = Garbage(TwoThreads, shape);
        Kernels.BatchMatMul(TwoThreads, a, b, y, transposeA, transposeB);

        BatchMatMul op = new(transposeA, transposeB);
        ReferenceTensor[] operands = [a.ToReference(), b.ToReference()];
        ReferenceTensor expected = op.Run(operands, [shape], NoSizes)[0];
        ReferenceTensor magnitudes = op.Run([.. operands.Select(static o => o.Magnitudes())], [shape], NoSizes)[0];
        Assert.True(IsNear(expected, magnitudes, 21, y.Span));
    }
}
