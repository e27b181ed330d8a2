using System.Buffers.Binary;
using System.IO.Compression;
using MoECompiler.Data;
using MoECompiler.Tests.Support;
using Xunit;

namespace MoECompiler.Tests.Data;

public sealed class IdxFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_Bytes_GivesRowsOfThem(bool isCompressed)
    {
        byte[] bytes = Idx(IdxType.U8, [2, 1, 3], [1, 2, 3, 4, 5, 255]);
        IdxFile file = IdxFile.Read(_folder.Write("images", isCompressed ? Compress(bytes) : bytes));
        Assert.Equal(new Extents(2, 1, 3), file.Extents);
        ByteColumn column = file.ToBytes("pixels");
        Assert.Equal((2, new Extents(1, 3)), (column.Rows, column.Spec.RowExtents));
        Assert.Equal([1, 2, 3, 4, 5, 255], column.Elements.ToArray());
        Assert.Equal([1, 2, 3, 4, 5, 255], file.ToIntegers("labels").Elements.ToArray());
    }

    [Theory]
    [InlineData(IdxType.I8, "FF7F", new double[] { -1, 127 })]
    [InlineData(IdxType.I16, "FFFF7FFF", new double[] { -1, 32767 })]
    [InlineData(IdxType.I32, "FFFFFFFF00000100", new double[] { -1, 256 })]
    [InlineData(IdxType.F32, "3FC00000C0000000", new double[] { 1.5, -2 })]
    [InlineData(IdxType.F64, "3FF8000000000000C000000000000000", new double[] { 1.5, -2 })]
    public void Read_OtherTypes_GivesTheirValues(IdxType type, string elements, double[] expected)
    {
        IdxFile file = Parse(Idx(type, [2], Convert.FromHexString(elements)));
        Assert.Equal(expected, file.ToFloats("x").Elements.ToArray().Select(static value => (double)value));
        if (type is IdxType.F32 or IdxType.F64)
            Assert.Throws<DataException>(() => file.ToIntegers("x"));
        else
            Assert.Equal(expected, file.ToIntegers("x").Elements.ToArray().Select(static value => (double)value));
        Assert.Throws<DataException>(() => file.ToBytes("x"));
    }

    [Fact]
    public void Read_NoRows_GivesNone() => Assert.Equal(0, Parse(Idx(IdxType.U8, [0, 28, 28], [])).ToBytes("x").Rows);

    [Theory]
    [InlineData("", "this is no IDX file")]
    [InlineData("0000", "this is no IDX file")]
    [InlineData("01000801", "this is no IDX file")]
    [InlineData("00000701", "the element type 0x07 is unknown")]
    [InlineData("00000800", "expected a rank from 1 to 6, found 0")]
    [InlineData("000008FF", "expected a rank from 1 to 6, found 255")]
    [InlineData("00000801", "expected 1 extents, found the end of the file")]
    [InlineData("00000801FFFFFFFF", "extent 0 is 4294967295")]
    [InlineData("000008020000000100000000", "extent 1 is 0")]
    [InlineData("000008010000000BAABB", "expected 11 bytes for [11] elements, found 2: the file is truncated")]
    [InlineData("0000080100000003AABB", "expected 3 bytes for [3] elements, found 2: the file is truncated")]
    [InlineData("0000080100000001AABB", "expected 1 bytes for [1] elements, found 2.")]
    [InlineData("00000E067FFFFFFF7FFFFFFF7FFFFFFF7FFFFFFF7FFFFFFF7FFFFFFF", "have more than")]
    [InlineData("00000803000000007FFFFFFF7FFFFFFF", "have more than")]
    public void Parse_WhatTheFormatForbids_IsRefused(string bytes, string problem)
    {
        string message = Assert.Throws<DataException>(() => IdxFile.Parse(new MemoryStream(Convert.FromHexString(bytes)), "images")).Message;
        Assert.StartsWith("images: ", message);
        Assert.Contains(problem, message);
    }

    [Fact]
    public void Read_CompressedFileDamagedOrCutAnywhere_IsRefused()
    {
        byte[] whole = Compress(Idx(IdxType.U8, [200], [.. Enumerable.Range(0, 200).Select(static i => (byte)(i * i))]));
        for (int length = 0; length < whole.Length; length++)
            Assert.Throws<DataException>(() => IdxFile.Read(_folder.Write("images.gz", whole.AsSpan(0, length))));
        whole[^6] ^= 1;
        Assert.Throws<DataException>(() => IdxFile.Read(_folder.Write("images.gz", whole)));
    }

    [Fact]
    public void Read_AbsentFile_NamesIt()
        => Assert.StartsWith(_folder.File("absent"), Assert.Throws<DataException>(() => IdxFile.Read(_folder.File("absent"))).Message);

    [Fact]
    public void Parse_MutatedFiles_ThrowNothingElse()
    {
        byte[][] seeds =
        [
            Idx(IdxType.U8, [3, 2, 2], [.. Enumerable.Range(0, 12).Select(static i => (byte)i)]),
            Idx(IdxType.F32, [2, 1], new byte[8]),
            Compress(Idx(IdxType.U8, [40, 3], new byte[120])),
            Compress(Idx(IdxType.I16, [3], new byte[6])),
        ];
        int refused = new Mutations(seeds, ["\0\0", "\u0008\u0001", "\u007F"]).Run<DataException>(
            4_000,
            static bytes => DataFile.Read(new MemoryStream(bytes), "f", static stream => IdxFile.Parse(stream, "f").ToFloats("x")),
            allocation: 1 << 20);
        Assert.InRange(refused, 2_500, 3_999);
    }

    private static IdxFile Parse(byte[] bytes) => IdxFile.Parse(new MemoryStream(bytes), "f");

    private static byte[] Idx(IdxType type, int[] extents, byte[] elements)
    {
        byte[] head = new byte[4 + extents.Length * 4];
        head[2] = (byte)type;
        head[3] = (byte)extents.Length;
        for (int i = 0; i < extents.Length; i++)
            BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(4 + i * 4), extents[i]);
        return [.. head, .. elements];
    }

    private static byte[] Compress(byte[] bytes)
    {
        using MemoryStream compressed = new();
        using (GZipStream gzip = new(compressed, CompressionLevel.SmallestSize))
            gzip.Write(bytes);
        return compressed.ToArray();
    }
}
