using MoECompiler.Data;

namespace MoECompiler.Training;

/// <summary>A model with a loss. Generated models derive from <see cref="Model"/>, which has the first half of these members.</summary>
public interface ITrainable
{
    Device Device { get; }

    ModelGate Gate { get; }

    IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>What a batch has to hold: the inputs of Forward, then what Loss takes beside Forward's results.</summary>
    IReadOnlyList<TensorSpec> Inputs { get; }

    /// <summary>The results of Forward.</summary>
    IReadOnlyList<TensorSpec> Results { get; }

    /// <summary>
    /// What is measured, in the order in which it lies in a metrics view; the first is <c>loss</c>, the one number that is minimized.
    /// </summary>
    IReadOnlyList<MetricSpec> Metrics { get; }

    /// <summary>Gives every parameter that is not frozen a gradient, of zeroes, unless they have one.</summary>
    void AllocateGradients();

    /// <summary>Computes the metrics of a batch and writes the derivative of the loss into each <see cref="Parameter.Gradient"/>.</summary>
    /// <param name="batch">A column for each of <see cref="Inputs"/>.</param>
    /// <param name="random">What dropout and noise draw from.</param>
    /// <param name="metrics">f32[sum of the metrics' counts], in the device's own memory or in shared memory; overwritten.</param>
    void Backward(Batch batch, RandomState random, View<float> metrics);

    /// <summary>Computes the results and the metrics of a batch without dropout and noise.</summary>
    /// <param name="batch">A column for each of <see cref="Inputs"/>.</param>
    /// <param name="results">A column for each of <see cref="Results"/>, with as many rows as <paramref name="batch"/>; overwritten.</param>
    /// <param name="metrics">f32[sum of the metrics' counts]; overwritten.</param>
    void Evaluate(Batch batch, Batch results, View<float> metrics);
}
