using System.Text;

namespace MoECompiler.Tests.Oracles;

/// <summary>Writes messages in the wire format of protocol buffers: as much of it as an ONNX model of one node needs.</summary>
internal sealed class Protobuf
{
    private readonly MemoryStream _bytes = new();

    public Protobuf Integer(int field, long value)
    {
        Varint((uint)field << 3);
        Varint((ulong)value);
        return this;
    }

    public Protobuf Float(int field, float value)
    {
        Varint((uint)field << 3 | 5);
        _bytes.Write(BitConverter.GetBytes(value));
        return this;
    }

    public Protobuf Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public Protobuf Message(int field, Protobuf value) => Bytes(field, value.ToArray());

    public Protobuf Bytes(int field, ReadOnlySpan<byte> value)
    {
        Varint((uint)field << 3 | 2);
        Varint((ulong)value.Length);
        _bytes.Write(value);
        return this;
    }

    public byte[] ToArray() => _bytes.ToArray();

    private void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            _bytes.WriteByte((byte)(value | 0x80));
        _bytes.WriteByte((byte)value);
    }
}
