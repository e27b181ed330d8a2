namespace MoECompiler.Modules;

/// <summary>What an expert computes on the rows that are routed to it. A kind is one class in this folder and a line in <see cref="ExpertKinds"/>.</summary>
internal abstract class ExpertKindLowering
{
    public abstract string Name { get; }

    /// <summary>f32[R, Width], in the order of rows, for tokens f32[T, Width].</summary>
    public abstract Value Lower(ModuleContext module, Value x, Routing routing, Size experts, Size width);

    /// <summary>The tokens' rows, or rows in order, times each expert's matrix, with its bias if the attribute asks for one.</summary>
    protected static Value Project(ModuleContext module, string name, Value x, bool gather, Routing routing, Size experts, Size from, Size to)
    {
        string tensor = $"experts.{name.ToLowerInvariant()}";
        Value weight = module.Matrix(name, $"{tensor}.weight", new Initializer.Uniform(from), experts, to, from);
        Value rows = module.Graph.GroupedMatMul(x, weight, routing.Order, routing.Offsets, gather, transposeB: true, name.ToLowerInvariant());
        if (!module.Flag("Bias"))
            return rows;
        Value bias = module.Parameter($"{name}Bias", $"{tensor}.bias", new Initializer.Uniform(from), experts, to);
        return module.Graph.Add(new GroupedBias(), name.ToLowerInvariant(), rows, bias, routing.Offsets);
    }
}

internal static class ExpertKinds
{
    private static readonly ExpertKindLowering[] s_all = [new TwoLayerExpert(), new SwiGluExpert()];

    public static ExpertKindLowering Of(string name) => s_all.First(k => k.Name == name);
}
