namespace MoECompiler.Modules;

/// <summary>
/// g = softmax((logits + Gumbel) / temperature), y = sum of g_e E_e(x) over the experts whose g_e is above the threshold and the best one; the
/// temperature falls from step to step, and with it the number of experts. What the experts cost is what is kept. Outside of training all experts
/// compute all rows, weighted by the softmax of the logits. Source: Nie et al., EvoMoE, 2021 (gate-sparsify, the DTS gate) and its published code.
/// </summary>
/// <param name="Begin">The step at which the temperature begins to fall.</param>
/// <param name="Temperature">Until then.</param>
/// <param name="FinalTemperature">In the end.</param>
/// <param name="Steps">How many steps it takes.</param>
/// <param name="Shape">The name of its <see cref="ScheduleShape"/>.</param>
/// <param name="Threshold">What a share has to be above.</param>
/// <param name="IsSameForBatch">Whether all rows of a batch keep as many.</param>
/// <param name="HasSoftmaxGates">Whether the weights are softmax(logits) in place of g.</param>
/// <param name="IsNormalized">Whether the weights of a row are divided by their sum.</param>
internal sealed record DensePhase(
    int Begin, float Temperature, float FinalTemperature, int Steps, string Shape, float Threshold, bool IsSameForBatch, bool HasSoftmaxGates, bool IsNormalized) : PhaseLowering
{
    public override string Name => nameof(EvolutionPhase.Dense);

    protected override IReadOnlyDictionary<string, object> Changes(ModuleContext layer) => new Dictionary<string, object>(StringComparer.Ordinal)
    {
        ["TopK"] = layer.Size("Experts"),
        ["Selection"] = !layer.IsTraining ? "TopK" : IsSameForBatch ? "DynamicTopK" : "Threshold",
        ["Threshold"] = Threshold,
        ["Noise"] = "Gumbel",
        ["NoiseScale"] = 1f,
        ["Temperature"] = Temperature,
        ["FinalTemperature"] = FinalTemperature,
        ["TemperatureSteps"] = Steps,
        ["TemperatureBegin"] = Begin,
        ["TemperatureShape"] = Shape,
        ["SoftmaxAfterTopK"] = false,
        ["UnitWeights"] = false,
        ["CleanWeights"] = HasSoftmaxGates,
        ["NormalizeTopK"] = IsNormalized,
        ["CapacityFactor"] = 0f,
        ["EvaluationCapacityFactor"] = 0f,
        // It compares an expert with those that were not chosen.
        ["LoadLoss"] = 0f,
        [ExpertsMeasure.Option] = true,
    };
}
