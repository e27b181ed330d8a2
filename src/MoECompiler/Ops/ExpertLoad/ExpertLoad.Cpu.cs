namespace MoECompiler.Ops;

public static unsafe partial class Kernels
{
    /// <summary>y[e] = how many slots chose expert e.</summary>
    /// <exception cref="ArgumentException">There is no such expert.</exception>
    public static void ExpertLoad(CpuDevice cpu, View<int> experts, View<float> y)
    {
        int* expert = experts.Pointer;
        float* load = y.Pointer;
        int count = checked((int)y.Count);
        new Span<float>(load, count).Clear();
        for (long pair = 0; pair < experts.Count; pair++)
        {
            if (IndexCheck.WithinOrNone("expert", expert[pair], pair, count) >= 0)
                load[expert[pair]]++;
        }
    }
}
