using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>
/// What the noisy logits are divided by in training, from Temperature at its first step to FinalTemperature after TemperatureSteps: a high one
/// spreads a token over the experts, a low one leaves it to the best. Source: Nie et al., EvoMoE, 2021 (the dense-to-sparse gate).
/// </summary>
internal static class Temperature
{
    public static Value Divide(ModuleContext module, Value logits)
    {
        float first = module.Number("Temperature", 1);
        string shape = module.Choice("TemperatureShape", nameof(ScheduleShape.Linear));
        float last = shape == nameof(ScheduleShape.Constant) ? first : module.Number("FinalTemperature", first);
        if (!module.IsTraining || (first == 1 && last == 1))
            return logits;
        if (first == last)
            return module.Graph.Scale(logits, 1 / first, "tempered");
        ScheduleShape way = shape == nameof(ScheduleShape.Exponential) ? ScheduleShape.Exponential : ScheduleShape.Linear;
        Value temperature = module.Graph.Add(new ScheduledValue(way, first, last, module.Integer("TemperatureSteps", 1000), module.Integer("TemperatureBegin")), "temperature");
        return module.Graph.Elementwise(Scalar.In(0) / Scalar.In(1), [logits, temperature], "tempered");
    }
}
