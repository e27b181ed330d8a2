namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    /// <summary>y[e] = how many slots chose expert e.</summary>
    public static void ExpertLoad(GpuDevice gpu, View<int> experts, View<float> y) => gpu.Launch(
        LoadOfExpert, gpu.PerRow(y.Count, experts.Count, bytes: 4 * (experts.Count + y.Count)), gpu.Array(experts), gpu.Array(y), (int)experts.Count);

    private static void LoadOfExpert(ArrayView<int> experts, ArrayView<float> y, int pairs)
    {
        int count = 0;
        for (int i = Group.IdxX; i < pairs; i += Group.DimX)
            count += experts[i] == Grid.IdxX ? 1 : 0;
        count = RowGroup.Sum(count);
        if (Group.IdxX == 0)
            y[Grid.IdxX] = count;
    }
}
