using System.Diagnostics;

namespace MoECompiler.Soak;

/// <summary>What the process holds between two rounds.</summary>
/// <param name="WorkingSet">Bytes of memory, of whatever kind.</param>
/// <param name="Heap">Bytes of live managed objects.</param>
/// <param name="Held">Bytes of the device's own memory; 0 on the CPU, whose are in the working set.</param>
/// <param name="Threads">Of the operating system.</param>
/// <param name="Files">Open files and other handles.</param>
internal sealed record Footprint(long WorkingSet, long Heap, long Held, int Threads, int Files)
{
    /// <summary>The parts, each with the growth that is none: what the allocator keeps and the run time's own threads come and go.</summary>
    public IEnumerable<(string Name, long Value, double Share, long Slack)> Parts =>
    [
        ("working set", WorkingSet, 0.10, 16 << 20),
        ("managed heap", Heap, 0.05, 256 << 10),
        ("device memory", Held, 0, 0),
        ("threads", Threads, 0, 4),
        ("open files", Files, 0, 8),
    ];

    /// <summary>After a full collection, so that only what something still refers to counts.</summary>
    public static Footprint Take(Device device)
    {
        for (int i = 0; i < 2; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        long heap = GC.GetTotalMemory(forceFullCollection: true);
        using Process process = Process.GetCurrentProcess();
        return new Footprint(process.WorkingSet64, heap, (device as GpuDevice)?.HeldBytes ?? 0, process.Threads.Count, OpenFiles(process));
    }

    private static int OpenFiles(Process process) =>
        OperatingSystem.IsLinux() ? Directory.GetFileSystemEntries("/proc/self/fd").Length : process.HandleCount;
}
