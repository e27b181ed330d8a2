using System.IO.Compression;
using MoECompiler;
using MoECompiler.Data;

namespace MoECompiler.Experiments;

/// <summary>A text as windows of bytes, each with the byte that follows.</summary>
internal static class LanguageText
{
    /// <summary>The text that comes with the program: the beginning of tinyshakespeare (github.com/karpathy/char-rnn), plays in the public domain.</summary>
    public static string Own => Path.Combine(AppContext.BaseDirectory, "shakespeare.txt");

    /// <summary>A text file, compressed by gzip if its name ends so.</summary>
    public static byte[] Read(string path)
    {
        using FileStream file = File.OpenRead(path);
        using Stream text = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionMode.Decompress) : file;
        using MemoryStream all = new();
        text.CopyTo(all);
        return all.ToArray();
    }

    /// <summary>Every window of a part of the text, or every one of so many.</summary>
    public static Dataset Windows(ReadOnlySpan<byte> text, int every = 1)
    {
        int rows = (text.Length - SwitchLanguage.Context) / every;
        int[] contexts = new int[rows * SwitchLanguage.Context], next = new int[rows];
        for (int row = 0; row < rows; row++)
        {
            for (int i = 0; i < SwitchLanguage.Context; i++)
                contexts[(row * SwitchLanguage.Context) + i] = text[(row * every) + i];
            next[row] = text[(row * every) + SwitchLanguage.Context];
        }
        return new Dataset(new IntegerColumn("context", contexts, SwitchLanguage.Context), new IntegerColumn("next", next));
    }
}
