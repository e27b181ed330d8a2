using CsCheck;
using MoECompiler.Ops;
using Xunit;

namespace MoECompiler.Tests.Ops;

/// <summary>A formula gives the same bits in an epilogue, in a longer formula and in a kernel of its own: fusing changes no result.</summary>
public class FusionBitsTests
{
    [Fact]
    public void MatMul_FusedOrNot_GivesTheSameBits() =>
        Gen.Select(Gen.Int[0, 40], Gen.Int[1, 70], Gen.Int[0, 90], Gen.Int[1, 1_000_000]).Sample((rows, columns, depth, seed) =>
        {
            using CpuDevice cpu = new(2);
            Random random = new(seed);
            View<float> a = Numbers(cpu, random, rows, depth), b = Numbers(cpu, random, columns, depth);
            View<float> bias = Numbers(cpu, random, columns), skip = Numbers(cpu, random, rows, columns);
            View<float> fused = cpu.New<float>(rows, columns), sums = cpu.New<float>(rows, columns), biased = cpu.New<float>(rows, columns);
            View<float> active = cpu.New<float>(rows, columns), apart = cpu.New<float>(rows, columns);

            Kernels.MatMul(cpu, a, b, fused, TransposeA: false, TransposeB: true, new AddSiluAdd(bias, skip));
            Kernels.MatMul(cpu, a, b, sums, TransposeA: false, TransposeB: true);
            Kernels.Elementwise(cpu, sums, bias, biased, new Add());
            Kernels.Elementwise(cpu, biased, active, new Silu());
            Kernels.Elementwise(cpu, active, skip, apart, new Add());
            Assert.Equal(apart.Span.ToArray(), fused.Span.ToArray());
        }, iter: 100, threads: 1);

    [Fact]
    public void GroupedMatMul_FusedOrNot_GivesTheSameBits() =>
        Gen.Select(Gen.Int[1, 30], Gen.Int[1, 5], Gen.Int[1, 40], Gen.Int[1, 40], Gen.Int[1, 1_000_000]).Sample((tokens, experts, depth, columns, seed) =>
        {
            using CpuDevice cpu = new(2);
            Random random = new(seed);
            View<int> chosen = cpu.New<int>(tokens, 1), order = cpu.New<int>(tokens), offsets = cpu.New<int>(experts + 1), position = cpu.New<int>(tokens, 1);
            foreach (ref int expert in chosen.Span)
                expert = random.Next(experts);
            Kernels.Dispatch(cpu, chosen, order, offsets, position);
            View<float> x = Numbers(cpu, random, tokens, depth), weights = Numbers(cpu, random, experts, columns, depth);
            View<float> fused = cpu.New<float>(tokens, columns), sums = cpu.New<float>(tokens, columns), apart = cpu.New<float>(tokens, columns);

            Kernels.GroupedMatMul(cpu, x, weights, order, offsets, fused, GatherRows: true, TransposeB: true, new SiluOfSum());
            Kernels.GroupedMatMul(cpu, x, weights, order, offsets, sums, GatherRows: true, TransposeB: true);
            Kernels.Elementwise(cpu, sums, apart, new Silu());
            Assert.Equal(apart.Span.ToArray(), fused.Span.ToArray());
        }, iter: 100, threads: 1);

    [Fact]
    public void Formulas_JoinedOrNot_GiveTheSameBits() =>
        Gen.Select(Gen.Int[0, 30], Gen.Int[1, 50], Gen.Int[1, 1_000_000]).Sample((rows, columns, seed) =>
        {
            using CpuDevice cpu = new(2);
            Random random = new(seed);
            View<float> x = Numbers(cpu, random, rows, columns), y = Numbers(cpu, random, columns);
            View<float> sums = cpu.New<float>(rows, columns), apart = cpu.New<float>(rows, columns), joined = cpu.New<float>(rows, columns);
            Kernels.Elementwise(cpu, x, y, sums, new Add());
            Kernels.Elementwise(cpu, sums, apart, new Silu());
            Kernels.Elementwise(cpu, x, y, joined, new AddSilu());
            Assert.Equal(apart.Span.ToArray(), joined.Span.ToArray());
        }, iter: 100, threads: 1);

    private static View<float> Numbers(CpuDevice cpu, Random random, params ReadOnlySpan<int> extents)
    {
        View<float> view = cpu.New<float>(extents);
        foreach (ref float x in view.Span)
            x = 4 * random.NextSingle() - 2;
        return view;
    }

    private readonly struct Add : IFormula2
    {
        public V Apply<V>(V a, V b) where V : unmanaged, ILanes<V> => a + b;
    }

    private readonly struct Silu : IFormula1
    {
        public V Apply<V>(V a) where V : unmanaged, ILanes<V> => Lane.Silu(a);
    }

    private readonly struct AddSilu : IFormula2
    {
        public V Apply<V>(V a, V b) where V : unmanaged, ILanes<V> => Lane.Silu(a + b);
    }

    private readonly struct SiluOfSum : IEpilogue
    {
        public V Apply<V>(V sum, long row, int column) where V : unmanaged, ILanes<V> => Lane.Silu(sum);
    }

    private readonly struct AddSiluAdd(View<float> a, View<float> b) : IEpilogue
    {
        private readonly PerColumn _a = new(a);
        private readonly PerElement _b = new(b);

        public V Apply<V>(V sum, long row, int column) where V : unmanaged, ILanes<V> =>
            Lane.Silu(sum + _a.At<V>(row, column)) + _b.At<V>(row, column);
    }
}
