namespace MoECompiler;

/// <summary>Which thread a kernel runs as.</summary>
public static class GpuIndex
{
    /// <summary>The number of the thread among those of all groups: the element that it works on.</summary>
    public static long Element => (long)Grid.IdxX * Group.DimX + Group.IdxX;
}
