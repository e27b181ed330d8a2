namespace MoECompiler;

/// <summary>The work of kernels, in groups that suit the device.</summary>
public abstract partial class GpuDevice
{
    /// <summary>A thread an element: <see cref="GpuIndex.ShortElement"/>.</summary>
    /// <exception cref="OverflowException">There are more than a number of 32 bits counts.</exception>
    internal Work PerElement(long elements, long flops = 0, long bytes = 0)
    {
        int group = Traits.ElementGroup;
        _ = checked((uint)(elements + group));
        return Work.PerElement(elements, group, flops, bytes);
    }

    /// <summary>A group a row, of threads as <see cref="RowGroup"/> takes them.</summary>
    internal Work PerRow(long rows, long columns, long flops = 0, long bytes = 0) =>
        Work.PerRow(checked((int)rows), Traits.RowGroupOf(columns), flops, bytes);
}
