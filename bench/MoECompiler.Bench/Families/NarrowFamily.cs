using MoECompiler.Ops;

namespace MoECompiler.Bench.Families;

/// <summary>A Linear's product with weights of 32 bits, and with the same in 16: of few rows it is as fast as the weights come from memory.</summary>
public abstract class NarrowFamily<T>(int rows, string name, Func<CpuDevice, View<float>, View<T>> round) : Family where T : unmanaged
{
    private const int Columns = 8192, Depth = 4096;

    public override IEnumerable<Case> Cases => [New("f32", 4, static (_, view) => view), New(name, 2, round)];

    public override string Compare(IReadOnlyList<double> ratios) => $"{name} takes {ratios[1]:F2} of the time of f32";

    private Case New<TElement>(string element, int bytes, Func<CpuDevice, View<float>, View<TElement>> convert) where TElement : unmanaged => new(
        $"MatMul {rows}x{Columns}, depth {Depth}, TransposeB, {element}",
        rows <= 32 ? Work.Bytes((double)bytes * Columns * Depth) : Work.Flops(2.0 * rows * Columns * Depth),
        cpu =>
        {
            View<TElement> x = convert(cpu, Random(cpu, 1, rows, Depth)), weights = convert(cpu, Random(cpu, 2, Columns, Depth));
            View<float> y = cpu.New<float>(rows, Columns);
            return () => Kernels.MatMul(cpu, x, weights, y, TransposeA: false, TransposeB: true);
        });
}

public abstract class BFloat16Family(int rows) : NarrowFamily<BFloat16>(rows, "bf16", static (cpu, view) =>
{
    View<BFloat16> rounded = cpu.New<BFloat16>(view.Extents.ToArray());
    Kernels.Convert(cpu, view, rounded);
    return rounded;
});

public abstract class HalfFamily(int rows) : NarrowFamily<Half>(rows, "f16", static (cpu, view) =>
{
    View<Half> rounded = cpu.New<Half>(view.Extents.ToArray());
    Kernels.Convert(cpu, view, rounded);
    return rounded;
});

public class BFloat16RowFamily() : BFloat16Family(rows: 1);

public class BFloat16RowsFamily() : BFloat16Family(rows: 8);

public class BFloat16ManyRowsFamily() : BFloat16Family(rows: 256);

public class HalfRowFamily() : HalfFamily(rows: 1);

public class HalfRowsFamily() : HalfFamily(rows: 8);
