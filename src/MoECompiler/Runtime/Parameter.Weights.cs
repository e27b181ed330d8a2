using MoECompiler.Checkpoints;

namespace MoECompiler;

public sealed partial class Parameter
{
    private const string LayerPlaceholder = "{layer}";

    /// <summary>The parameter as a checkpoint has it: one tensor, or one for each stacked layer.</summary>
    internal IEnumerable<(string Name, FloatView Value)> Tensors()
    {
        if (Layers == 0)
            return [(CheckpointName, Stored)];
        return Enumerable.Range(0, Layers)
            .Select(layer => (CheckpointName.Replace(LayerPlaceholder, $"{layer}", StringComparison.Ordinal), Stored.At(layer)));
    }

    internal void AddTo(SafetensorsWriter writer)
    {
        foreach ((string name, FloatView value) in Tensors())
        {
            if (value.Type == ElementType.Nf4)
                Nf4Tensor.Add(writer, name, value.Quantized);
            else
                writer.Add(name, value);
        }
    }

    internal IEnumerable<WeightRequest> Requests()
        => Tensors().Select(static tensor => new WeightRequest(tensor.Name, tensor.Value.Extents.ToArray(), tensor.Value));
}
