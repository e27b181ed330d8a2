using System.Buffers.Binary;

namespace MoECompiler.Checkpoints;

/// <summary>What the JSON header of a safetensors file says, checked against the file's length.</summary>
/// <param name="Tensors">In the order of their bytes in the file.</param>
/// <param name="Metadata">The free texts under <c>__metadata__</c>.</param>
/// <remarks>Source: the format's description and reference implementation, github.com/huggingface/safetensors.</remarks>
internal sealed unsafe record SafetensorsHeader(IReadOnlyList<TensorEntry> Tensors, IReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>The bytes before the header: its length, little-endian.</summary>
    public const int LengthBytes = sizeof(ulong);

    /// <summary>The most bytes that the format allows a header.</summary>
    public const int MaximumBytes = 100_000_000;

    public const string MetadataKey = "__metadata__";

    private const int Depth = 3;

    /// <summary>The header of the file that lies at an address.</summary>
    /// <param name="start">The file's first byte.</param>
    /// <param name="fileBytes">The file's length.</param>
    /// <param name="file">What errors name.</param>
    /// <exception cref="CheckpointException">The file breaks the format.</exception>
    public static SafetensorsHeader Read(byte* start, long fileBytes, string file)
    {
        if (fileBytes < LengthBytes)
            throw new CheckpointException(file, $"expected at least {LengthBytes} bytes, found {fileBytes}; this is no safetensors file.");
        ulong headerBytes = BinaryPrimitives.ReadUInt64LittleEndian(new ReadOnlySpan<byte>(start, LengthBytes));
        if (headerBytes > MaximumBytes)
            throw new CheckpointException(
                file, $"expected a header of at most {MaximumBytes:N0} bytes, found one of {headerBytes:N0}; this is no safetensors file.");
        long dataBytes = fileBytes - LengthBytes - (long)headerBytes;
        if (dataBytes < 0)
            throw new CheckpointException(
                file, $"expected a header of {headerBytes:N0} bytes, found {fileBytes - LengthBytes:N0}: the file is truncated.");
        return Parse(new ReadOnlySpan<byte>(start + LengthBytes, (int)headerBytes), dataBytes, file);
    }

    /// <summary>The header whose JSON text is given.</summary>
    /// <param name="json">The header's bytes.</param>
    /// <param name="dataBytes">How many bytes follow the header.</param>
    /// <param name="file">What errors name.</param>
    /// <exception cref="CheckpointException">Something in it breaks the format.</exception>
    public static SafetensorsHeader Parse(ReadOnlySpan<byte> json, long dataBytes, string file)
    {
        if (json.IsEmpty || json[0] != '{')
            throw new CheckpointException(file, "the header does not begin with '{'; this is no safetensors file.");
        long dataStart = LengthBytes + json.Length;
        SafetensorsHeader header = JsonText.ReadObject(json, file, Depth, new SafetensorsHeaderReader(file, dataStart).Read);
        CheckCoverage(header.Tensors, dataStart, dataStart + dataBytes, file);
        return header;
    }

    /// <summary>The format wants every byte after the header to belong to exactly one tensor.</summary>
    private static void CheckCoverage(IReadOnlyList<TensorEntry> tensors, long dataStart, long fileBytes, string file)
    {
        long end = dataStart;
        foreach (TensorEntry tensor in tensors)
        {
            if (tensor.Offset != end)
            {
                string fault = tensor.Offset < end ? "overlaps the tensor before it" : "leaves a hole before it";
                throw CheckpointException.ForTensor(
                    file, tensor.Name, $"{fault}: expected to begin at byte {end:N0}, found {tensor.Offset:N0}.");
            }
            if (tensor.Bytes > fileBytes - end)
            {
                throw CheckpointException.ForTensor(
                    file,
                    tensor.Name,
                    $"expected {tensor.Bytes:N0} bytes from byte {end:N0} on, found {fileBytes - end:N0}: the file is truncated.");
            }
            end += tensor.Bytes;
        }
        if (end != fileBytes)
            throw new CheckpointException(
                file, $"expected the file to end with its last tensor at byte {end:N0}, found {fileBytes - end:N0} bytes more.");
    }
}
