using System.Globalization;
using System.Runtime.InteropServices;
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
        Span<float> elements = stackalloc float[Sample];
        foreach (Parameter parameter in model.Parameters)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{parameter.Path} {parameter.Extents};")));
            int count = (int)Math.Min(Sample, parameter.Count);
            Append(hash, parameter, 0, elements[..count]);
            Append(hash, parameter, parameter.Count - count, elements[..count]);
        }
        return System.Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
    }

    private static void Append(IncrementalHash hash, Parameter parameter, long first, Span<float> elements)
    {
        parameter.Value.Part(first, new Extents(elements.Length)).CopyTo(elements);
        hash.AppendData(MemoryMarshal.AsBytes(elements));
    }
}
