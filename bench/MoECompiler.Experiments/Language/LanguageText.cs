using System.IO.Compression;
using MoECompiler;
using MoECompiler.Data;

namespace MoECompiler.Experiments;

/// <summary>A text as sequences of bytes, each with the bytes that follow; the end of it is held out.</summary>
/// <param name="text">All of it.</param>
/// <param name="heldBytes">How many bytes are held out.</param>
internal sealed class LanguageText(byte[] text, int heldBytes)
{
    /// <summary>The text that comes with the program: the beginning of tinyshakespeare (github.com/karpathy/char-rnn), plays in the public domain.</summary>
    public static string Own => Path.Combine(AppContext.BaseDirectory, "shakespeare.txt");

    /// <summary>Sequences that overlap: one begins every 8 bytes.</summary>
    public Dataset Training { get; } = Sequences(text.AsSpan(0, text.Length - heldBytes), every: 8);

    /// <summary>Sequences one after the other.</summary>
    public Dataset Held { get; } = Sequences(text.AsSpan(text.Length - heldBytes), every: LanguageNet.Places);

    /// <summary>A text file, compressed by gzip if its name ends so.</summary>
    public static byte[] Read(string path)
    {
        using FileStream file = File.OpenRead(path);
        using Stream text = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionMode.Decompress) : file;
        using MemoryStream all = new();
        text.CopyTo(all);
        return all.ToArray();
    }

    private static Dataset Sequences(ReadOnlySpan<byte> text, int every)
    {
        const int places = LanguageNet.Places;
        int rows = (text.Length - places - 1) / every + 1;
        int[] bytes = new int[rows * places], next = new int[rows * places];
        for (int i = 0; i < bytes.Length; i++)
        {
            int at = i / places * every + i % places;
            (bytes[i], next[i]) = (text[at], text[at + 1]);
        }
        return new Dataset(new IntegerColumn("text", bytes, places), new IntegerColumn("next", next, places));
    }
}
