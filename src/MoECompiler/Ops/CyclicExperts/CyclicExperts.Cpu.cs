namespace MoECompiler.Ops;

public static unsafe partial class Kernels
{
    /// <summary>Experts in turn; x only tells how many tokens there are. See <see cref="Ops.CyclicExperts"/>.</summary>
    /// <exception cref="ArgumentException">There are fewer experts than a token is to have.</exception>
    public static void CyclicExperts(CpuDevice cpu, View<float> x, View<int> y, int Experts)
    {
        DistinctExperts.Check(y.Columns, Experts);
        int expert = 0;
        for (long i = 0; i < y.Count; i++)
        {
            y.Pointer[i] = expert;
            expert = expert + 1 == Experts ? 0 : expert + 1;
        }
    }
}
