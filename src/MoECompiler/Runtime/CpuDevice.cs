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

    internal override bool PagesRows => true;

    internal override Buffer AllocatePaged(long bytes, StatePaging paging) => new MappedBuffer(this, bytes, paging.Folder ?? Path.GetTempPath());

    internal override long WindowBytes(long bytes, StatePaging paging) => 0;

    internal override Updater CreateUpdater(IReadOnlyList<TrainedParameter> trained, float gradientBound) => new CpuUpdater(this, trained) { GradientBound = gradientBound };

    internal override void Clear(FloatView values, View<byte> where) => ClearJob.Run(this, values, where);

    public override void Dispose() => Team.Dispose();
}
