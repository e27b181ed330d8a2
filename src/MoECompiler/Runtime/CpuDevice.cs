using MoECompiler.Training;

namespace MoECompiler;

/// <summary>The host's processor: explicit SIMD on a team of threads.</summary>
public sealed class CpuDevice : Device
{
    /// <param name="threads">How many threads compute, the caller's included; 0 for one a core.</param>
    public CpuDevice(int threads = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        Team = new ThreadTeam(threads == 0 ? Environment.ProcessorCount : threads);
    }

    public override string Name => $"CPU, {Team.Threads} thread{(Team.Threads == 1 ? "" : "s")}, {LaneWidth.Description}";

    internal ThreadTeam Team { get; }

    public override Buffer Allocate(long bytes) => new HostBuffer(this, bytes);

    public override Buffer AllocateShared(long bytes) => Allocate(bytes);

    internal override Updater CreateUpdater(IReadOnlyList<TrainedParameter> trained) => new CpuUpdater(this, trained);

    public override void Dispose() => Team.Dispose();
}
