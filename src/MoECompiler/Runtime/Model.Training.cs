using MoECompiler.Training;

namespace MoECompiler;

/// <summary>What a training asks of a model beside its methods.</summary>
public abstract partial class Model
{
    /// <summary>What a training that is resumed has to have in common with the one before; null for nothing.</summary>
    internal virtual string? TrainedAs => null;

    /// <summary>A step is about to begin.</summary>
    /// <param name="step">Its number, from 0.</param>
    /// <param name="state">What the optimizer remembers.</param>
    internal virtual void BeginStep(long step, OptimizerState state)
    {
    }

    /// <summary>What the next step changes in part or not at all, the same object as long as that is the same; null where it changes everything.</summary>
    internal virtual TrainedParts? TrainedParts => null;

    /// <summary>What an evaluation reports beside the model's own metrics.</summary>
    /// <param name="measure">Measures the model once more.</param>
    internal virtual IReadOnlyList<MetricValue> FurtherMetrics(Func<EvaluationReport> measure) => [];
}
