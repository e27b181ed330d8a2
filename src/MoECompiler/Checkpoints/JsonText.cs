using System.Text.Json;

namespace MoECompiler.Checkpoints;

/// <summary>
/// What the JSON readers of this folder share: a strict reader whose every failure is a <see cref="CheckpointException"/>.
/// </summary>
internal static class JsonText
{
    /// <summary>Reads a document that is one object.</summary>
    /// <param name="json">UTF-8 text; white space may surround it.</param>
    /// <param name="file">What errors name.</param>
    /// <param name="maximumDepth">How deep objects and arrays may be nested.</param>
    /// <param name="read">Consumes the object from its brace on, and its closing brace.</param>
    public static T ReadObject<T>(ReadOnlySpan<byte> json, string file, int maximumDepth, ObjectReader<T> read)
    {
        try
        {
            Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = maximumDepth });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                throw new CheckpointException(file, $"the JSON text begins with {Describe(reader.TokenType)}, not with an object.");
            T result = read(ref reader);
            if (reader.Read())
                throw new CheckpointException(file, "the JSON text goes on after its object.");
            return result;
        }
        catch (JsonException e)
        {
            throw new CheckpointException(file, $"invalid JSON: {e.Message}", e);
        }
    }

    public delegate T ObjectReader<T>(ref Utf8JsonReader reader);

    /// <summary>The string or property name that the reader is at.</summary>
    public static string Text(ref Utf8JsonReader reader, string file)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            throw new CheckpointException(
                file, $"a string that ends at byte {reader.BytesConsumed:N0} of the JSON text is not valid Unicode.", e);
        }
    }

    /// <summary>What a token is, for errors.</summary>
    public static string Describe(JsonTokenType token) => token switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "a string",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "a boolean",
        JsonTokenType.Null => "null",
        _ => "nothing",
    };
}
