using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace MoECompiler.Checkpoints;

/// <summary>
/// The tensors of a checkpoint or of a model by name, as floats in the host's memory: what transformations read and write. Names are those of
/// checkpoints; of repeated layers each has its own.
/// </summary>
/// <param name="source">Where the tensors are from, for errors to name.</param>
public sealed partial class WeightSet(string source)
{
    private readonly SortedDictionary<string, Weight> _weights = new(StringComparer.Ordinal);

    /// <summary>Where the tensors are from.</summary>
    public string Source { get; } = source;

    /// <summary>In order.</summary>
    public IReadOnlyCollection<string> Names => _weights.Keys;

    /// <summary>A tensor by its name.</summary>
    /// <exception cref="CheckpointException">There is none of this name.</exception>
    public Weight this[string name]
    {
        get => _weights.GetValueOrDefault(name)
            ?? throw CheckpointException.ForTensor(Source, name, $"expected, and not there; there are {string.Join(", ", Names.Take(20))}.");
        set => _weights[name] = value;
    }

    /// <summary>All tensors of a safetensors file, or of the sharded ones of a folder.</summary>
    /// <exception cref="CheckpointException">The file cannot be read, or has a tensor of other than floats.</exception>
    public static WeightSet Read(string path)
    {
        using Checkpoint checkpoint = Checkpoint.Open(path);
        WeightSet weights = new(path);
        foreach (TensorEntry tensor in checkpoint.Tensors)
        {
            float[] elements = new float[tensor.Count];
            checkpoint.Read(tensor.Name, elements);
            weights[tensor.Name] = new Weight(new Extents([.. tensor.Shape.Select(static extent => checked((int)extent))]), elements);
        }
        return weights;
    }

    /// <summary>The parameters of a model as they are now.</summary>
    public static WeightSet Of(Model model)
    {
        using Lock.Scope inside = model.Gate.Enter();
        return Of(model.GetType().Name, model.Parameters);
    }

    internal static WeightSet Of(string source, IEnumerable<Parameter> parameters)
    {
        WeightSet weights = new(source);
        foreach ((string name, FloatView value) in parameters.SelectMany(static parameter => parameter.Tensors()))
            weights[name] = new Weight(value.Extents, value.ToArray());
        return weights;
    }

    public bool TryGet(string name, [NotNullWhen(true)] out Weight? weight) => _weights.TryGetValue(name, out weight);

    public bool Remove(string name) => _weights.Remove(name);

    /// <summary>Writes all tensors to a safetensors file, as F32; the file is replaced whole or not at all.</summary>
    /// <exception cref="CheckpointException">The file cannot be written; the old one is as it was.</exception>
    public void Save(string path)
    {
        SafetensorsWriter writer = new();
        foreach ((string name, Weight weight) in _weights)
        {
            long[] shape = Array.ConvertAll(weight.Extents.ToArray(), static extent => (long)extent);
            writer.Add(name, StoredType.F32, shape, stream => stream.Write(MemoryMarshal.AsBytes(weight.Elements)));
        }
        writer.Write(path);
    }

    /// <summary>Gives a model these weights, all that it has and no others.</summary>
    /// <exception cref="CheckpointException">A tensor is missing, extra, of another shape or too large for 16 bits; no parameter was changed.</exception>
    public void CopyTo(Model model)
    {
        using Lock.Scope inside = model.Gate.Enter();
        CopyTo(model.Parameters);
    }

    internal void CopyTo(IEnumerable<Parameter> parameters)
    {
        (string Name, FloatView Value)[] wanted = [.. parameters.SelectMany(static parameter => parameter.Tensors())];
        HashSet<string> names = [.. wanted.Select(static tensor => tensor.Name)];
        string[] problems =
        [
            .. wanted.Select(tensor => Problem(tensor.Name, tensor.Value)).OfType<string>(),
            .. Names.Where(name => !names.Contains(name)).Select(name => $"{Wording.Quote(name)}: extra, found {_weights[name]}"),
        ];
        if (problems.Length > 0)
            throw new CheckpointException(Source, $"the tensors do not fit the model:\n  {string.Join("\n  ", problems.Take(20))}");
        foreach ((string name, FloatView value) in wanted)
            value.CopyFrom(_weights[name].Memory);
    }

    private string? Problem(string name, FloatView value)
    {
        if (!_weights.TryGetValue(name, out Weight? found))
            return $"{Wording.Quote(name)}: missing, expected {value.Extents}";
        if (!found.Extents.Equals(value.Extents))
            return $"{Wording.Quote(name)}: expected {value.Extents}, found {found}";
        float limit = StoredFloats.Limit(value.Type);
        foreach (float element in found.Elements)
        {
            if (MathF.Abs(element) >= limit && float.IsFinite(element))
                return $"{Wording.Quote(name)}: {element} is too large for {value.Type.Word()}";
        }
        return null;
    }
}
