namespace MoECompiler.Ops;

public static unsafe partial class Kernels
{
    /// <summary>y = x, repeated along extents that x lacks or has as 1.</summary>
    public static void BroadcastTo(CpuDevice cpu, View<float> x, View<float> y) => Elementwise(cpu, x, y, default(Same));

    private readonly struct Same : IFormula1
    {
        public V Apply<V>(V a) where V : unmanaged, ILanes<V> => a;
    }
}
