using MoECompiler.Ops;

namespace MoECompiler.Bench.Families;

/// <summary>The factors of 192 matrices of 8 by 512 as combinations of 256 random ones that are drawn meanwhile, and the gradients of what combines them.</summary>
public class SeededMixFamily : Family
{
    private const int Groups = 192, Count = 256, Rows = 8, Columns = 512;

    private const double Flops = 2.0 * Groups * Count * Rows * Columns;

    public override IEnumerable<Case> Cases =>
    [
        new($"{Groups} combinations of {Count} random matrices {Rows} x {Columns}", Work.Flops(Flops), static cpu =>
        {
            (View<float> coefficients, View<float> matrices) = (Random(cpu, 1, Groups, Count), cpu.New<float>(Groups, Rows, Columns));
            return () => Kernels.SeededMix(cpu, coefficients, matrices, Seed: 1, Matrix: 1, IsShared: true, ScaleOf: Count, OffsetOf: Columns);
        }),
        new("the gradients of what combines them", Work.Flops(Flops), static cpu =>
        {
            (View<float> gradients, View<float> matrices) = (cpu.New<float>(Groups, Count), Random(cpu, 1, Groups, Rows, Columns));
            return () => Kernels.SeededMixGradient(cpu, matrices, gradients, Seed: 1, Matrix: 1, IsShared: true, ScaleOf: Count);
        }),
        new($"{Groups} combinations of matrices of their own", Work.Flops(Flops), static cpu =>
        {
            (View<float> coefficients, View<float> matrices) = (Random(cpu, 1, Groups, Count), cpu.New<float>(Groups, Rows, Columns));
            return () => Kernels.SeededMix(cpu, coefficients, matrices, Seed: 1, Matrix: 1, IsShared: false, ScaleOf: Count, OffsetOf: Columns);
        }),
    ];
}
