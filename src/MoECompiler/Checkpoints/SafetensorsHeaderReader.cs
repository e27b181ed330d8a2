using System.Text.Json;

namespace MoECompiler.Checkpoints;

/// <summary>Reads the JSON text of a safetensors header, property by property, and accepts nothing that the format does not name.</summary>
/// <param name="file">What errors name.</param>
/// <param name="dataStart">The byte of the file that the header's offsets count from.</param>
internal sealed class SafetensorsHeaderReader(string file, long dataStart)
{
    private const int MaximumRank = 32;

    private readonly List<TensorEntry> _tensors = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);

    public SafetensorsHeader Read(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = JsonText.Text(ref reader, file);
            if (!_names.Add(name))
                throw Bad(name, "the header has this name twice.");
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
                throw Bad(name, $"expected an object, found {JsonText.Describe(reader.TokenType)}.");
            if (name == SafetensorsHeader.MetadataKey)
                ReadMetadata(ref reader);
            else
                _tensors.Add(ReadTensor(ref reader, name));
        }
        _tensors.Sort(static (a, b) => (a.Offset, a.Bytes).CompareTo((b.Offset, b.Bytes)));
        return new SafetensorsHeader(_tensors, _metadata);
    }

    private void ReadMetadata(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = JsonText.Text(ref reader, file);
            reader.Read();
            if (reader.TokenType != JsonTokenType.String)
                throw Bad(
                    SafetensorsHeader.MetadataKey,
                    $"expected {Wording.Quote(key)} to be a string, found {JsonText.Describe(reader.TokenType)}.");
            if (!_metadata.TryAdd(key, JsonText.Text(ref reader, file)))
                throw Bad(SafetensorsHeader.MetadataKey, $"{Wording.Quote(key)} is there twice.");
        }
    }

    private TensorEntry ReadTensor(ref Utf8JsonReader reader, string name)
    {
        StoredType? type = null;
        long[]? shape = null;
        long[]? offsets = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string property = JsonText.Text(ref reader, file);
            reader.Read();
            if (property == "dtype" && type is null)
                type = ReadType(ref reader, name);
            else if (property == "shape" && shape is null)
                shape = ReadNumbers(ref reader, name, property, MaximumRank);
            else if (property == "data_offsets" && offsets is null)
                offsets = ReadNumbers(ref reader, name, property, 2);
            else
                throw Bad(name, $"the property {Wording.Quote(property)} is unknown or there twice.");
        }
        if (type is not { } storedType || shape is null || offsets is not [long begin, long end])
            throw Bad(name, "expected dtype, shape and two data_offsets.");
        return Place(name, storedType, shape, begin, end);
    }

    private TensorEntry Place(string name, StoredType type, long[] shape, long begin, long end)
    {
        if (type.BytesOf(shape) is not { } bytes)
            throw Bad(name, $"{type.Name()} {TensorEntry.Describe(shape)} is no whole number of bytes below 2^63.");
        if (end - begin != bytes)
            throw Bad(
                name,
                $"expected {bytes:N0} bytes for {type.Name()} {TensorEntry.Describe(shape)}, found data_offsets {begin:N0} to {end:N0}.");
        if (begin > long.MaxValue - dataStart)
            throw Bad(name, $"data_offsets {begin:N0} to {end:N0} are past the end of any file.");
        return new TensorEntry(name, type, new EquatableArray<long>(shape), dataStart + begin, bytes);
    }

    private StoredType ReadType(ref Utf8JsonReader reader, string name)
    {
        if (reader.TokenType != JsonTokenType.String)
            throw Bad(name, $"expected dtype to be a string, found {JsonText.Describe(reader.TokenType)}.");
        string type = JsonText.Text(ref reader, file);
        return StoredTypes.TryParse(type, out StoredType parsed) ? parsed : throw Bad(name, $"the dtype {Wording.Quote(type)} is unknown.");
    }

    private long[] ReadNumbers(ref Utf8JsonReader reader, string name, string property, int limit)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw Bad(name, $"expected {property} to be an array, found {JsonText.Describe(reader.TokenType)}.");
        List<long> numbers = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (numbers.Count == limit)
                throw Bad(name, $"{property} has more than {limit} elements.");
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out long number) || number < 0)
                throw Bad(name, $"element {numbers.Count} of {property} is no whole number from 0 to 2^63 - 1.");
            numbers.Add(number);
        }
        return [.. numbers];
    }

    private CheckpointException Bad(string tensor, string problem) => CheckpointException.ForTensor(file, tensor, problem);
}
