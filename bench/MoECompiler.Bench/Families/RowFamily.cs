using MoECompiler.Ops;

namespace MoECompiler.Bench.Families;

/// <summary>Kernels that pass over memory once: bounded by its bandwidth.</summary>
public class RowFamily : Family
{
    private const int Rows = 8_192, Columns = 1_024;

    private const double Pass = 4.0 * Rows * Columns;

    private readonly struct Sum : IFormula2
    {
        public V Apply<V>(V a, V b) where V : unmanaged, ILanes<V> => a + b;
    }

    private readonly struct Silu : IFormula1
    {
        public V Apply<V>(V a) where V : unmanaged, ILanes<V> => Lane.Silu(a);
    }

    private readonly struct Gelu : IFormula1
    {
        public V Apply<V>(V a) where V : unmanaged, ILanes<V> => Lane.Gelu(a);
    }

    public override IEnumerable<Case> Cases =>
    [
        new("Elementwise a + b", Work.Bytes(3 * Pass), static cpu =>
        {
            View<float> a = Random(cpu, 1, Rows, Columns);
            View<float> b = Random(cpu, 2, Rows, Columns);
            View<float> y = cpu.New<float>(Rows, Columns);
            return () => Kernels.Elementwise(cpu, a, b, y, default(Sum));
        }),
        Unary("Elementwise silu", static (cpu, x, y) => Kernels.Elementwise(cpu, x, y, default(Silu))),
        Unary("Elementwise gelu", static (cpu, x, y) => Kernels.Elementwise(cpu, x, y, default(Gelu))),
        Unary("Softmax", Kernels.Softmax),
    ];

    private static Case Unary(string name, Action<CpuDevice, View<float>, View<float>> kernel) => new(name, Work.Bytes(2 * Pass), cpu =>
    {
        View<float> x = Random(cpu, 1, Rows, Columns);
        View<float> y = cpu.New<float>(Rows, Columns);
        return () => kernel(cpu, x, y);
    });
}
