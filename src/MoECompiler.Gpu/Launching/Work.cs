namespace MoECompiler;

/// <summary>How often a kernel is run, and what that costs.</summary>
/// <param name="Grid">The groups along three axes.</param>
/// <param name="Group">The threads of a group.</param>
/// <param name="Flops">Floating-point operations, a fused multiply-add counted as two.</param>
/// <param name="Bytes">What must be read and written at least.</param>
public readonly record struct Work(Index3D Grid, int Group, long Flops = 0, long Bytes = 0)
{
    internal KernelConfig Config => new(Grid, new Index3D(Group, 1, 1));

    /// <summary>A thread an element.</summary>
    public static Work PerElement(long elements, int group = 256, long flops = 0, long bytes = 0) =>
        new(new Index3D(Groups(elements, group), 1, 1), group, flops, bytes);

    /// <summary>A group a row.</summary>
    public static Work PerRow(int rows, int group, long flops = 0, long bytes = 0) => new(new Index3D(rows, 1, 1), group, flops, bytes);

    /// <summary>How many groups of <paramref name="size"/> hold <paramref name="count"/>.</summary>
    public static int Groups(long count, int size) => checked((int)((count + size - 1) / size));
}
