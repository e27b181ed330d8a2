using System.Buffers.Binary;
using System.Text;

namespace MoECompiler.Tests.Checkpoints;

/// <summary>Builds safetensors files by hand, right or wrong ones.</summary>
internal static class SafetensorsBytes
{
    /// <summary>A file of a header and as many data bytes, which count 0, 1, 2, ...</summary>
    public static byte[] Of(string header, int dataBytes) => Of(header, [.. Enumerable.Range(0, dataBytes).Select(static i => (byte)i)]);

    public static byte[] Of(string header, byte[] data)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        byte[] length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, json.Length);
        return [.. length, .. json, .. data];
    }
}
