using MoECompiler.Graphs;

namespace MoECompiler.Modules;

/// <summary>The most rows that an expert takes. Source: Fedus et al., Switch Transformers, JMLR 2022, equation 3.</summary>
internal static class Capacity
{
    /// <summary>Whether an expert can be full, in training or outside of it.</summary>
    public static bool IsDeclared(ModuleContext module) => module.Number("CapacityFactor") > 0 || module.Number("EvaluationCapacityFactor") > 0;

    /// <summary>
    /// ceil(factor * tokens * K / experts), the factor in thousandths, that of evaluation outside of training where it is given; null for a
    /// layer that drops none.
    /// </summary>
    public static Size? Of(ModuleContext module, RouterInput input)
    {
        float factor = module.Number("CapacityFactor");
        if (!module.IsTraining)
            factor = module.Number("EvaluationCapacityFactor", factor);
        int thousandths = (int)Math.Round(factor * 1000);
        return thousandths > 0 ? Graphs.Size.CeilingDivide(thousandths * (input.Tokens * input.TopK), 1000 * input.Experts) : null;
    }
}
