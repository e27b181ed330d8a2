using CsCheck;
using MoECompiler.Ops;
using MoECompiler.Reference;
using Xunit;
using static MoECompiler.Tests.ProductTesting;

namespace MoECompiler.Tests;

[Ops.Tests(typeof(GroupedBias), typeof(GroupedSum))]
public class GroupedBiasTests
{
    private static readonly Gen<(int Seed, int Tokens, int Slots, int Experts, double Dropped)> s_dispatches =
        Gen.Select(Gen.Int[0, 1_000], Gen.Int[0, 60], Gen.Int[1, 4], Gen.Int[1, 9], Gen.OneOf(0.0, 0.0, 0.3, 1.0));

    [Fact]
    public void GroupedBias_AnyDispatch_IsTheReferenceRoundedOnce() =>
        Gen.Select(s_dispatches, Gen.Int[0, 600], Gen.Bool).Sample(
            static (d, columns, two) =>
            {
                CpuDevice cpu = two ? TwoThreads : OneThread;
                RandomDispatch dispatch = new(cpu, d.Seed, d.Tokens, d.Slots, d.Experts, d.Dropped);
                View<float> x = Random(cpu, 1, dispatch.Rows, columns);
                View<float> bias = Random(cpu, 2, d.Experts, columns);
                View<float> y = Garbage(cpu, dispatch.Rows, columns);
                Kernels.GroupedBias(cpu, x, bias, dispatch.Offsets, y);

                ReferenceTensor[] operands = [x.ToReference(), bias.ToReference(), dispatch.Offsets.ToReference()];
                ReferenceTensor expected = new GroupedBias().Run(operands, [[dispatch.Rows, columns]], NoSizes)[0];
                Assert.Equal(expected.Data.Select(static v => (float)v), y.Span.ToArray());
            },
            iter: 100);

    [Fact]
    public void GroupedSum_AnyDispatch_AddsInTheOrderOfRows() =>
        Gen.Select(s_dispatches, Gen.Int[0, 600], Gen.Bool).Sample(
            static (d, columns, two) =>
            {
                CpuDevice cpu = two ? TwoThreads : OneThread;
                RandomDispatch dispatch = new(cpu, d.Seed, d.Tokens, d.Slots, d.Experts, d.Dropped);
                View<float> x = Random(cpu, 1, dispatch.Rows, columns);
                View<float> sums = Garbage(cpu, d.Experts, columns);
                Kernels.GroupedSum(cpu, x, dispatch.Offsets, sums);

                float[] expected = new float[d.Experts * columns];
                for (int expert = 0; expert < d.Experts; expert++)
                {
                    for (int r = dispatch.Offsets.Span[expert]; r < dispatch.Offsets.Span[expert + 1]; r++)
                    {
                        for (int j = 0; j < columns; j++)
                            expected[expert * columns + j] += x.Span[r * columns + j];
                    }
                }
                Assert.Equal(-1, FirstDifference(expected, sums.Span));

                ReferenceTensor[] operands = [x.ToReference(), dispatch.Offsets.ToReference()];
                ReferenceTensor[] magnitudes = [operands[0].Magnitudes(), operands[1]];
                GroupedSum op = new();
                int[][] shapes = [[d.Experts, columns]];
                Assert.True(IsNear(op.Run(operands, shapes, NoSizes)[0], op.Run(magnitudes, shapes, NoSizes)[0], dispatch.Rows, sums.Span));
            },
            iter: 100);
}
