namespace MoECompiler.Cli.Checking;

/// <summary>What a multiprocessor has of everything that its groups share.</summary>
/// <remarks>NVIDIA, CUDA C++ Programming Guide 12.4, table "Technical specifications per compute capability".</remarks>
/// <param name="Name">Such as sm_80.</param>
/// <param name="Threads">The most threads at a time.</param>
/// <param name="Groups">The most groups at a time.</param>
/// <param name="SharedBytes">Shared memory.</param>
/// <param name="ReservedBytes">What each group takes of it beside its own.</param>
internal sealed record Architecture(string Name, int Threads, int Groups, int SharedBytes, int ReservedBytes)
{
    private const int Registers = 65_536, Warp = 32, RegistersOfWarpMultiple = 256;

    public static Architecture Find(string name) => name switch
    {
        "sm_70" => new(name, 2_048, 32, 96 << 10, 0),
        "sm_75" => new(name, 1_024, 16, 64 << 10, 0),
        "sm_80" => new(name, 2_048, 32, 164 << 10, 1 << 10),
        "sm_86" => new(name, 1_536, 16, 100 << 10, 1 << 10),
        "sm_89" => new(name, 1_536, 24, 100 << 10, 1 << 10),
        "sm_90" => new(name, 2_048, 32, 228 << 10, 1 << 10),
        _ => throw new CommandException($"The multiprocessors of {name} are not known here; those of sm_70, sm_75, sm_80, sm_86, sm_89 and sm_90 are."),
    };

    /// <summary>The share of the most threads that a kernel's groups come to; 0 for one that cannot be launched.</summary>
    /// <param name="threads">The threads of a group.</param>
    /// <param name="registers">The registers of a thread.</param>
    /// <param name="sharedBytes">The shared memory of a group.</param>
    public double Occupancy(int threads, int registers, int sharedBytes)
    {
        int warps = (threads + Warp - 1) / Warp;
        int ofWarp = RoundUp(Math.Max(registers, 1) * Warp, RegistersOfWarpMultiple);
        int groups = Math.Min(Groups, Threads / (warps * Warp));
        groups = Math.Min(groups, Registers / (ofWarp * warps));
        groups = Math.Min(groups, SharedBytes / Math.Max(1, sharedBytes + ReservedBytes));
        return (double)groups * warps * Warp / Threads;
    }

    private static int RoundUp(int number, int multiple) => (number + multiple - 1) / multiple * multiple;
}
