namespace MoECompiler;

/// <summary>What of a device decides which form of a kernel it is given.</summary>
/// <param name="Kind">What runs its programs.</param>
/// <param name="IsProcessor">
/// Its threads are loops of a processor: staging in shared memory is a copy too many there, and a barrier a cut through the loop.
/// </param>
/// <param name="ComputeCapability">Of CUDA, such as 80; 0 elsewhere.</param>
/// <param name="Multiprocessors">How many groups run side by side at least.</param>
public sealed record DeviceTraits(GpuKind Kind, bool IsProcessor, int ComputeCapability, int Multiprocessors)
{
    /// <summary>Whether bf16 and f16 matrices are multiplied by tensor cores.</summary>
    public bool HasTensorCores => ComputeCapability >= 80;

    /// <summary>The most threads of a group: a power of two.</summary>
    public int MaximumGroup => Kind != GpuKind.Simulated ? 256 : IsProcessor ? 16 : 8;

    /// <summary>Whether groups are large enough to stage tiles of a product together, and memory is such that it pays.</summary>
    public bool StagesTiles => !IsProcessor && MaximumGroup >= 256;

    /// <summary>The threads that share a row: of a softmax, a norm, a sum.</summary>
    public int RowGroup => IsProcessor ? 1 : Math.Min(128, MaximumGroup);

    /// <summary>The threads of a group that works on elements by themselves.</summary>
    public int ElementGroup => Kind != GpuKind.Simulated && IsProcessor ? 64 : MaximumGroup;

    /// <summary>The threads that share a row of so many elements: whole warps, no more of them than have work.</summary>
    public int RowGroupOf(long columns) => IsProcessor ? 1 : Math.Min(columns <= 32 ? 32 : columns <= 64 ? 64 : columns < 2_048 ? 128 : 256, MaximumGroup);
}
