namespace MoECompiler.Ops;

public static partial class Kernels
{
    /// <summary>y = 0, 1, 2 and so on.</summary>
    public static void Iota(CpuDevice cpu, View<float> y)
    {
        Span<float> elements = y.Span;
        for (int i = 0; i < elements.Length; i++)
            elements[i] = i;
    }
}
