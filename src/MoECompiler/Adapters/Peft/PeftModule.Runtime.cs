using MoECompiler.Checkpoints;

namespace MoECompiler;

/// <summary>A weight of the model as PEFT knows it: a parameter of a module, of one layer.</summary>
/// <param name="Path">The module's path in the model, such as <c>model.layers.0.mlp.experts</c>.</param>
/// <param name="Parameter">The parameter's name there, <c>weight</c> of a linear module.</param>
/// <param name="Depth">How many of the module's parameters are wrapped around this one: PEFT nests them, the last declared outermost.</param>
/// <param name="IsAlone">Whether no other parameter of the module is adapted.</param>
/// <param name="Experts">How many matrices the weight is; 0 for a matrix that is no stack.</param>
/// <param name="A">f32[Experts, Rank, In].</param>
/// <param name="B">f32[Experts, Out, Rank].</param>
/// <param name="Magnitude">f32[Out], of DoRA.</param>
/// <param name="Weight">The weight itself.</param>
internal sealed record PeftModule(
    string Path, string Parameter, int Depth, bool IsAlone, int Experts, View<float> A, View<float> B, View<float>? Magnitude, FloatView Weight)
{
    private const string Prefix = "base_model.model.";
    private const string LayerPlaceholder = "{layer}";

    /// <summary>Whether PEFT wraps the module as a linear one, and not one of its parameters.</summary>
    public bool IsLinear => Experts == 0 && Parameter == "weight" && IsAlone;

    /// <summary>What a config calls it: the module among <c>target_modules</c>, the parameter among <c>target_parameters</c>.</summary>
    public string Target => IsLinear ? Path : $"{Path}.{Parameter}";

    /// <summary>All weights that an adapter changes, each layer's by itself.</summary>
    /// <exception cref="NotSupportedException">PEFT has no such adapter, or lays its tensors out in another way.</exception>
    public static List<PeftModule> Of(Adapter adapter)
    {
        List<PeftModule> modules = [];
        foreach (AdaptedWeight site in adapter.Sites)
        {
            IPeftParameters factors = PeftForm.ParametersOf(adapter, site);
            Parameter weight = site.Weight;
            (int layers, int matrix) = (Math.Max(1, weight.Layers), weight.Extents.Rank - (weight.Layers > 0 ? 1 : 0));
            if (matrix > 3 || matrix == 3 && site.Groups == layers)
                throw new NotSupportedException($"{weight.Path} {weight.Extents} is no linear weight and no stack of experts: PEFT lays out adapters of convolutions in another way. Leave it out of Targets.");
            if (factors.Magnitude is not null && matrix == 3)
                throw new NotSupportedException($"{weight.Path} {weight.Extents} is a stack of experts, for which PEFT has no DoRA. Leave it out of Targets.");
            if (factors.Magnitude is not null && adapter.IsMerged)
                throw new InvalidOperationException($"{adapter.GetType().Name} is merged: the lengths of rows that its file has are those of the weights without it. Take it out first.");
            for (int layer = 0; layer < layers; layer++)
            {
                string name = weight.CheckpointName.Replace(LayerPlaceholder, $"{layer}", StringComparison.Ordinal);
                int dot = name.LastIndexOf('.');
                modules.Add(new PeftModule(
                    dot < 0 ? "" : name[..dot], name[(dot + 1)..], Depth: 0, IsAlone: true, matrix == 3 ? checked((int)(site.Groups / layers)) : 0,
                    weight.Layers > 0 ? factors.A.Value.At(layer) : factors.A.Value, weight.Layers > 0 ? factors.B.Value.At(layer) : factors.B.Value,
                    factors.Magnitude is { } magnitude ? weight.Layers > 0 ? magnitude.Value.At(layer) : magnitude.Value : null,
                    weight.Stored.Part(layer * (weight.Count / layers), checked((int)(weight.Count / layers)))));
            }
        }
        return
        [
            .. modules.Select((module, i) => module with
            {
                Depth = modules.Skip(i + 1).Count(other => other.Path == module.Path),
                IsAlone = modules.Count(other => other.Path == module.Path) == 1,
            }),
        ];
    }

    /// <summary>The tensors as PEFT writes them.</summary>
    public IEnumerable<PeftTensor> Factors()
    {
        string path = $"{Prefix}{Path}{string.Concat(Enumerable.Repeat(".base_layer", Depth))}";
        PeftTensor[] factors = Factors(path, Math.Max(1, Experts), A, B);
        return Magnitude is { } magnitude ? [.. factors, new PeftMagnitude($"{path}.lora_magnitude_vector", magnitude, Weight)] : factors;
    }

    /// <summary>The tensors that a file has: of experts it may have two each, as of models whose experts are linear modules of their own.</summary>
    public IEnumerable<PeftTensor> FactorsIn(Checkpoint checkpoint)
    {
        if (Experts == 0 || checkpoint.Find(ExpertPath(0) + ".lora_A.weight") is null)
            return Factors();
        return Enumerable.Range(0, Experts).SelectMany(expert => Factors(ExpertPath(expert), 1, A.At(expert), B.At(expert)));
    }

    /// <summary>An expert as a module: <c>experts.3.up</c> for <c>experts.up.weight</c> and for <c>experts.up</c>.</summary>
    private string ExpertPath(int expert)
    {
        string path = Parameter == "weight" ? Path : $"{Path}.{Parameter}";
        int dot = path.LastIndexOf('.');
        return $"{Prefix}{path[..(dot + 1)]}{expert}.{path[(dot + 1)..]}";
    }

    private static PeftTensor[] Factors(string path, int experts, View<float> a, View<float> b) =>
        [new PeftFactor($"{path}.lora_A.weight", IsB: false, experts, a), new PeftFactor($"{path}.lora_B.weight", IsB: true, experts, b)];
}
