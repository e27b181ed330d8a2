using System.Text.Json;

namespace MoECompiler.Checkpoints;

/// <summary>Which file of a sharded checkpoint holds which tensor: <c>model.safetensors.index.json</c>.</summary>
/// <param name="WeightMap">The file's name, in the index's own folder, by the tensor's.</param>
internal sealed record ShardIndex(IReadOnlyDictionary<string, string> WeightMap)
{
    private const int MaximumBytes = 100_000_000;
    private const int Depth = 64;

    /// <exception cref="CheckpointException">The file cannot be read, is no index, or names a file outside of its folder.</exception>
    public static ShardIndex Open(string path) => Parse(BoundedFile.Read(path, MaximumBytes), path);

    public static ShardIndex Parse(ReadOnlySpan<byte> json, string file)
        => JsonText.ReadObject(json, file, Depth, (ref reader) => Read(ref reader, file));

    private static ShardIndex Read(ref Utf8JsonReader reader, string file)
    {
        Dictionary<string, string>? map = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string property = JsonText.Text(ref reader, file);
            reader.Read();
            if (property != "weight_map")
                reader.Skip();
            else if (map is not null)
                throw new CheckpointException(file, "weight_map is there twice.");
            else
                map = ReadMap(ref reader, file);
        }
        return new ShardIndex(map ?? throw new CheckpointException(file, "the index has no weight_map."));
    }

    private static Dictionary<string, string> ReadMap(ref Utf8JsonReader reader, string file)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new CheckpointException(file, $"expected weight_map to be an object, found {JsonText.Describe(reader.TokenType)}.");
        Dictionary<string, string> map = new(StringComparer.Ordinal);
        Dictionary<string, string> shards = new(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string tensor = JsonText.Text(ref reader, file);
            reader.Read();
            if (reader.TokenType != JsonTokenType.String)
                throw CheckpointException.ForTensor(file, tensor, $"expected a file name, found {JsonText.Describe(reader.TokenType)}.");
            string name = JsonText.Text(ref reader, file);
            if (!shards.TryGetValue(name, out string? shard))
            {
                if (!IsPlainName(name))
                    throw CheckpointException.ForTensor(
                        file, tensor, $"expected the name of a file in the index's folder, found {Wording.Quote(name)}.");
                shards.Add(name, shard = name);
            }
            if (!map.TryAdd(tensor, shard))
                throw CheckpointException.ForTensor(file, tensor, "weight_map has this name twice.");
        }
        return map;
    }

    /// <summary>Whether the name can only be that of a file in the same folder, on any system.</summary>
    private static bool IsPlainName(string name) => name.Length > 0 && name[0] != '.' && name.AsSpan().IndexOfAny("/\\:\0") < 0;
}
