using System.Buffers.Binary;

namespace MoECompiler.Data;

/// <summary>The element types of an IDX file, by their codes in it.</summary>
public enum IdxType
{
    U8 = 0x08,
    I8 = 0x09,
    I16 = 0x0B,
    I32 = 0x0C,
    F32 = 0x0D,
    F64 = 0x0E,
}

/// <summary>The contents of an IDX file, the format of MNIST: one tensor, whose outermost extent is the rows.</summary>
/// <remarks>Two bytes of 0, the type, the rank, the extents and the elements, all big-endian. Source: LeCun, Cortes and Burges, THE MNIST
/// DATABASE.</remarks>
public sealed class IdxFile
{
    private readonly string _path;
    private readonly byte[] _bytes;

    private IdxFile(string path, IdxType type, Extents extents, byte[] bytes)
    {
        _path = path;
        Type = type;
        Extents = extents;
        _bytes = bytes;
    }

    public IdxType Type { get; }

    /// <summary>The number of rows, then the extents of each.</summary>
    public Extents Extents { get; }

    /// <summary>The tensor in a file, compressed by gzip or not.</summary>
    /// <exception cref="DataException">The file cannot be read, breaks the format, or has too few bytes or too many.</exception>
    public static IdxFile Read(string path) => DataFile.Read(path, stream => Parse(stream, path));

    /// <summary>The tensor in a stream.</summary>
    /// <param name="stream">The file's contents, decompressed, of known length.</param>
    /// <param name="path">What errors name.</param>
    internal static IdxFile Parse(Stream stream, string path)
    {
        Span<byte> head = stackalloc byte[4];
        if (stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length || head[0] != 0 || head[1] != 0)
            throw new DataException(path, "expected two bytes of 0, a type and a rank, found other bytes; this is no IDX file.");
        IdxType type = (IdxType)head[2];
        int size = SizeOf(type) ?? throw new DataException(path, $"the element type 0x{head[2]:X2} is unknown.");
        Extents extents = ReadExtents(stream, head[3], path);

        long expected = BytesOf(extents, size, path);
        long found = stream.Length - stream.Position;
        if (found != expected)
        {
            string hint = found < expected ? ": the file is truncated" : "";
            throw new DataException(path, $"expected {expected:N0} bytes for {extents} elements, found {found:N0}{hint}.");
        }
        byte[] elements = new byte[expected];
        stream.ReadExactly(elements);
        return new IdxFile(path, type, extents, elements);
    }

    /// <summary>The rows as bytes that a batch gets as floats.</summary>
    /// <exception cref="DataException">The elements are no unsigned bytes.</exception>
    public ByteColumn ToBytes(string name, double mean = 0, double deviation = byte.MaxValue) => Type == IdxType.U8
        ? new ByteColumn(name, _bytes, RowExtents, mean, deviation)
        : throw new DataException(_path, $"expected elements of U8, found {Type}.");

    /// <summary>The rows as floats; elements of I32 and F64 are rounded to nearest.</summary>
    public FloatColumn ToFloats(string name)
    {
        float[] floats = new float[Extents.Count];
        for (int i = 0; i < floats.Length; i++)
            floats[i] = (float)Element(i);
        return new FloatColumn(name, floats, RowExtents);
    }

    /// <summary>The rows as integers.</summary>
    /// <exception cref="DataException">The elements are floats.</exception>
    public IntegerColumn ToIntegers(string name)
    {
        if (Type is IdxType.F32 or IdxType.F64)
            throw new DataException(_path, $"expected elements of integers, found {Type}.");
        int[] integers = new int[Extents.Count];
        for (int i = 0; i < integers.Length; i++)
            integers[i] = (int)Element(i);
        return new IntegerColumn(name, integers, RowExtents);
    }

    private ReadOnlySpan<int> RowExtents => Extents.ToArray().AsSpan(1);

    private double Element(int index)
    {
        ReadOnlySpan<byte> element = _bytes.AsSpan(index * SizeOf(Type)!.Value);
        return Type switch
        {
            IdxType.U8 => element[0],
            IdxType.I8 => (sbyte)element[0],
            IdxType.I16 => BinaryPrimitives.ReadInt16BigEndian(element),
            IdxType.I32 => BinaryPrimitives.ReadInt32BigEndian(element),
            IdxType.F32 => BinaryPrimitives.ReadSingleBigEndian(element),
            _ => BinaryPrimitives.ReadDoubleBigEndian(element),
        };
    }

    private static int? SizeOf(IdxType type) => type switch
    {
        IdxType.U8 or IdxType.I8 => 1,
        IdxType.I16 => 2,
        IdxType.I32 or IdxType.F32 => 4,
        IdxType.F64 => 8,
        _ => null,
    };

    private static Extents ReadExtents(Stream stream, int rank, string path)
    {
        if (rank is 0 or > Extents.MaximumRank)
            throw new DataException(path, $"expected a rank from 1 to {Extents.MaximumRank}, found {rank}.");
        Span<byte> bytes = stackalloc byte[rank * sizeof(int)];
        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
            throw new DataException(path, $"expected {rank} extents, found the end of the file.");
        Span<int> extents = stackalloc int[rank];
        for (int axis = 0; axis < rank; axis++)
        {
            extents[axis] = BinaryPrimitives.ReadInt32BigEndian(bytes[(axis * sizeof(int))..]);
            if (extents[axis] < 0 || (axis > 0 && extents[axis] == 0))
                throw new DataException(path, $"extent {axis} is {(uint)extents[axis]}: expected {(axis == 0 ? 0 : 1)} to {int.MaxValue}.");
        }
        return new Extents(extents);
    }

    private static long BytesOf(Extents extents, int size, string path)
    {
        long rowBytes = size;
        for (int axis = 1; axis < extents.Rank; axis++)
        {
            rowBytes *= extents[axis];
            if (rowBytes > Array.MaxLength)
                throw TooLarge(extents, path);
        }
        long bytes = rowBytes * extents[0];
        return bytes <= Array.MaxLength ? bytes : throw TooLarge(extents, path);
    }

    private static DataException TooLarge(Extents extents, string path)
        => new(path, $"{extents} elements have more than {Array.MaxLength:N0} bytes.");
}
