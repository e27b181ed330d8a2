using System.Globalization;
using System.Text.Json;

namespace MoECompiler.Checkpoints;

/// <summary>
/// The values in a checkpoint's <c>config.json</c>. A key inside an object is reached by a dot: <c>text_config.hidden_size</c>.
/// </summary>
public sealed class ModelConfig
{
    private const string FileName = "config.json";
    private const int MaximumBytes = 16_000_000;
    private const int MaximumDepth = 64;

    private readonly Dictionary<string, Entry> _entries;

    private ModelConfig(string path, Dictionary<string, Entry> entries)
    {
        Path = path;
        _entries = entries;
    }

    /// <summary>A value as its JSON text, or an object as its entries; an array as three dots, unless it is empty.</summary>
    private readonly record struct Entry(JsonTokenType Kind, string Text, Dictionary<string, Entry>? Entries);

    public string Path { get; }

    /// <summary>The config at <paramref name="path"/>, or in the folder there.</summary>
    /// <exception cref="CheckpointException">The file cannot be read or is no JSON object without duplicate keys.</exception>
    public static ModelConfig Open(string path)
    {
        string file = Directory.Exists(path) ? System.IO.Path.Combine(path, FileName) : path;
        return Parse(BoundedFile.Read(file, MaximumBytes), file);
    }

    /// <summary>The config in the folder of a checkpoint's file, or in the folder that is the checkpoint.</summary>
    /// <exception cref="CheckpointException">The file cannot be read or is no JSON object without duplicate keys.</exception>
    public static ModelConfig Beside(string checkpoint)
    {
        string folder = Directory.Exists(checkpoint) ? checkpoint : System.IO.Path.GetDirectoryName(checkpoint) ?? "";
        return Open(System.IO.Path.Combine(folder, FileName));
    }

    /// <summary>The config in a text.</summary>
    /// <param name="json">UTF-8.</param>
    /// <param name="path">What errors name.</param>
    /// <exception cref="CheckpointException">It is no JSON object without duplicate keys.</exception>
    public static ModelConfig Parse(ReadOnlySpan<byte> json, string path)
        => new(path, JsonText.ReadObject(json, path, MaximumDepth, (ref reader) => ReadEntries(ref reader, path)));

    /// <summary>Whether there is a value other than null.</summary>
    public bool Has(string key) => Find(_entries, key) is { Kind: not JsonTokenType.Null };

    /// <summary>Whether there is a text.</summary>
    public bool IsText(string key) => Find(_entries, key) is { Kind: JsonTokenType.String };

    /// <summary>Whether there is nothing: no such key, null, false, or an object, an array or a text without contents.</summary>
    public bool IsEmpty(string key) => Find(_entries, key) is not { } entry || entry.Kind switch
    {
        JsonTokenType.Null or JsonTokenType.False => true,
        JsonTokenType.StartObject => entry.Entries!.Count == 0,
        JsonTokenType.StartArray or JsonTokenType.String => entry.Text.Length == 0,
        _ => false,
    };

    /// <summary>A whole number.</summary>
    /// <exception cref="CheckpointException">There is none, or it is less than <paramref name="minimum"/> or more than
    /// <paramref name="maximum"/>.</exception>
    public int Integer(string key, int minimum = int.MinValue, int maximum = int.MaxValue)
    {
        Entry entry = Get(key, "a whole number", JsonTokenType.Number);
        bool isWhole = long.TryParse(entry.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value);
        if (!isWhole || value < minimum || value > maximum)
            throw new CheckpointException(
                Path, $"{Wording.Quote(key)}: expected a whole number from {minimum} to {maximum}, found {Shown(entry)}.");
        return (int)value;
    }

    /// <summary>A number.</summary>
    /// <exception cref="CheckpointException">There is none, or it is beyond the range of a double.</exception>
    public double Number(string key)
    {
        Entry entry = Get(key, "a number", JsonTokenType.Number);
        return double.TryParse(entry.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            ? value
            : throw new CheckpointException(
                Path, $"{Wording.Quote(key)}: expected a number in the range of a double, found {Shown(entry)}.");
    }

    /// <summary>A boolean.</summary>
    /// <exception cref="CheckpointException">There is none.</exception>
    public bool Bool(string key) => Get(key, "a boolean", JsonTokenType.True, JsonTokenType.False).Kind == JsonTokenType.True;

    /// <summary>A string.</summary>
    /// <exception cref="CheckpointException">There is none.</exception>
    public string Text(string key) => Get(key, "a string", JsonTokenType.String).Text;

    private Entry Get(string key, string expected, params ReadOnlySpan<JsonTokenType> kinds)
    {
        if (Find(_entries, key) is not { } entry)
            throw new CheckpointException(
                Path, $"expected {expected} under {Wording.Quote(key)}, found no such key; there are {Wording.List(_entries.Keys)}.");
        return kinds.Contains(entry.Kind) ? entry : throw new CheckpointException(
            Path, $"{Wording.Quote(key)}: expected {expected}, found {Shown(entry)}.");
    }

    private static Entry? Find(Dictionary<string, Entry> entries, string key)
    {
        if (entries.TryGetValue(key, out Entry entry))
            return entry;
        int dot = key.IndexOf('.');
        return dot > 0 && entries.TryGetValue(key[..dot], out entry) && entry.Entries is { } inner ? Find(inner, key[(dot + 1)..]) : null;
    }

    private static Dictionary<string, Entry> ReadEntries(ref Utf8JsonReader reader, string path)
    {
        Dictionary<string, Entry> entries = new(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = JsonText.Text(ref reader, path);
            reader.Read();
            if (!entries.TryAdd(key, ReadEntry(ref reader, path)))
                throw new CheckpointException(path, $"the key {Wording.Quote(key)} is there twice.");
        }
        return entries;
    }

    private static Entry ReadEntry(ref Utf8JsonReader reader, string path)
    {
        JsonTokenType kind = reader.TokenType;
        switch (kind)
        {
            case JsonTokenType.StartObject:
                return new Entry(kind, "", ReadEntries(ref reader, path));
            case JsonTokenType.String:
                return new Entry(kind, JsonText.Text(ref reader, path), null);
            case JsonTokenType.Number:
                return new Entry(kind, System.Text.Encoding.ASCII.GetString(reader.ValueSpan), null);
            case JsonTokenType.StartArray:
                bool isEmpty = true;
                for (; reader.Read() && reader.TokenType != JsonTokenType.EndArray; isEmpty = false)
                    reader.Skip();
                return new Entry(kind, isEmpty ? "" : "...", null);
            default:
                return new Entry(kind, "", null);
        }
    }

    private static string Shown(Entry entry) => entry.Kind is JsonTokenType.String or JsonTokenType.Number
        ? $"{JsonText.Describe(entry.Kind)}, {Wording.Quote(entry.Text)}"
        : JsonText.Describe(entry.Kind);
}
