namespace MoECompiler;

/// <summary>A GPU that a driver knows, or a driver that is missing.</summary>
public sealed record GpuDescription
{
    public required GpuKind Kind { get; init; }

    /// <summary>The number among the devices of its kind; -1 for a driver that is missing.</summary>
    public required int Index { get; init; }

    /// <summary>The hardware, as the driver calls it.</summary>
    public required string Name { get; init; }

    /// <summary>The device's own memory, in bytes.</summary>
    public long Memory { get; init; }

    /// <summary>How many multiprocessors or cores there are.</summary>
    public int ComputeUnits { get; init; }

    /// <summary>Such as <c>compute capability 9.0, driver for CUDA 12.9</c> or <c>OpenCL 3.0</c>.</summary>
    public string Version { get; init; } = "";

    /// <summary>Whether the host's own cores do the work.</summary>
    public bool IsProcessor { get; init; }

    /// <summary>Why no model can run there, in words; null where models can.</summary>
    public string? PassedOver { get; init; }

    public bool IsUsable => PassedOver is null;

    /// <summary>What <see cref="Device.Open"/> takes, such as <c>cuda:0</c>; of a missing driver the kind.</summary>
    public string Id => Index < 0 ? Word(Kind) : $"{Word(Kind)}:{Index}";

    public override string ToString() => PassedOver is null ? $"{Id} ({Name}, {Version})" : $"{Id} ({PassedOver})";

    internal static string Word(GpuKind kind) => kind switch
    {
        GpuKind.Cuda => "cuda",
        GpuKind.OpenCl => "opencl",
        _ => "simulated",
    };
}
