using MoECompiler;

namespace MoECompiler.Experiments;

/// <summary>Something that the literature says of a mixture of experts, tried with ours.</summary>
internal abstract class Experiment
{
    /// <summary>What it is asked for by.</summary>
    public abstract string Name { get; }

    /// <summary>What is claimed, and by whom.</summary>
    public abstract string Claim { get; }

    /// <summary>Each figure beside what is expected of it.</summary>
    public abstract IEnumerable<Finding> Run(Device device, CancellationToken cancellation);
}

/// <summary>A figure that was measured.</summary>
/// <param name="What">It is.</param>
/// <param name="Expected">Of it.</param>
/// <param name="Found">By this run.</param>
/// <param name="Holds">Whether the one is what the other says.</param>
/// <param name="Reason">Why it does not, where that is known.</param>
internal sealed record Finding(string What, string Expected, string Found, bool Holds, string Reason = "");
