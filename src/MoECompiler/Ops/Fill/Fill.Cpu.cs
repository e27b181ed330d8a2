namespace MoECompiler.Ops;

public static partial class Kernels
{
    /// <summary>Writes <paramref name="Number"/> to each element of <paramref name="y"/>.</summary>
    public static void Fill(CpuDevice cpu, View<float> y, float Number) => y.Span.Fill(Number);
}
