using System.Runtime.InteropServices;
using MoECompiler.Data;

namespace MoECompiler.Training;

/// <summary>A short text by which a training knows its data again.</summary>
internal static class DataIdentity
{
    /// <summary>How the data are batched, their columns, and a hash of the first batch. The loader is left at its first batch.</summary>
    public static string Of(DataLoader data)
    {
        data.Seek(0);
        Batch batch = data.Next();
        data.Seek(0);
        ulong hash = 14_695_981_039_346_656_037;
        foreach (TensorSpec column in data.Columns)
        {
            hash = Hash(hash, column.Type == ElementType.Float32
                ? MemoryMarshal.AsBytes(batch.Float(column.Name).Span)
                : MemoryMarshal.AsBytes(batch.Integer(column.Name).Span));
        }
        return $"{data.Identity}, of {string.Join(", ", data.Columns)}, first batch {hash:x16}";
    }

    /// <summary>FNV-1a. Source: Fowler, Noll and Vo, RFC 9923.</summary>
    private static ulong Hash(ulong hash, ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in bytes)
            hash = (hash ^ b) * 1_099_511_628_211;
        return hash;
    }
}
