using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MoECompiler;

/// <summary>Tells the weights of one training from those of another, at the cost of reading a sample of them.</summary>
internal static class WeightFingerprint
{
    /// <summary>The elements that are read at the beginning and at the end of each parameter.</summary>
    private const int Sample = 256;

    /// <summary>SHA-256 over the path, the extents and a sample of the elements of each parameter; the first 16 bytes in hexadecimal digits.</summary>
    public static string Of(Model model)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (Parameter parameter in model.Parameters)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{parameter.Path} {parameter.Extents};")));
            if (parameter.ElementType == ElementType.Nf4)
            {
                Append(hash, parameter.Quantized);
                continue;
            }
            int count = (int)Math.Min(Sample, parameter.Count);
            parameter.Stored.Part(0, count).ReadBytes(bytes => hash.AppendData(bytes));
            parameter.Stored.Part(parameter.Count - count, count).ReadBytes(bytes => hash.AppendData(bytes));
        }
        return System.Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
    }

    /// <summary>Codes of the first matrix, and constants of the last.</summary>
    private static void Append(IncrementalHash hash, Nf4View matrices)
    {
        if (matrices.Count == 0)
            return;
        long bytes = Math.Min(Sample, matrices.Layout.Bytes);
        hash.AppendData(matrices.Part(0, 0, bytes).ToArray());
        hash.AppendData(matrices.Part(matrices.Matrices - 1, matrices.Layout.Bytes - bytes, bytes).ToArray());
    }
}
