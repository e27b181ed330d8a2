namespace MoECompiler;

/// <summary>Which thread a kernel runs as.</summary>
public static class GpuIndex
{
    /// <summary>The number of the thread among those of all groups: the element that it works on.</summary>
    public static long Element => (long)Grid.IdxX * Group.DimX + Group.IdxX;

    /// <summary>The same where there are fewer than 2^32, as <see cref="GpuDevice.PerElement"/> sees to: it is divided a few times faster.</summary>
    internal static uint ShortElement => (uint)Grid.IdxX * (uint)Group.DimX + (uint)Group.IdxX;
}
