namespace MoECompiler.Training;

/// <summary>
/// Has what an optimizer remembers lie where it takes no memory of the device: a GPU's in the host's memory, from where an update brings it in and
/// back a page at a time, the host's in a file that is mapped, which the system writes out where memory is short. The bits of a training are the same.
/// </summary>
/// <remarks>
/// The copies of 32 bits of weights that are stored in 16 stay where they are, and so do sums of gradients. On a GPU so does what is remembered of tables that
/// are trained by rows, of which a step takes a few. Source: Dettmers et al., QLoRA: Efficient Finetuning of Quantized LLMs, NeurIPS 2023, with its
/// paged optimizers; there the driver moves pages, here it is the update.
/// </remarks>
public sealed record StatePaging
{
    private const int LeastPageBytes = 1 << 20;

    /// <summary>
    /// Where the file is, on the CPU: on a disk, as files in memory are written out no more than memory is. It takes as many bytes as the state, and is gone when
    /// the training is disposed of, or killed. Null for the system's folder of temporary files.
    /// </summary>
    public string? Folder { get; init; }

    /// <summary>How much of a GPU's memory a page takes, at least 1 MiB.</summary>
    public int PageBytes
    {
        get;
        init => field = value >= LeastPageBytes
            ? value
            : throw new ArgumentOutOfRangeException(nameof(PageBytes), value, $"A page has at least {LeastPageBytes:N0} bytes.");
    } = 64 << 20;
}
