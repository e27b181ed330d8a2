using System.Buffers.Binary;
using MoECompiler.Checkpoints;
using MoECompiler.Tests.Support;
using Xunit;

namespace MoECompiler.Tests.Checkpoints;

public sealed class SafetensorsFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_ValidFile_ListsTensorsInOrderOfTheirBytes()
    {
        using SafetensorsFile file = Open(
            """{"b":{"dtype":"I64","shape":[2],"data_offsets":[8,24]},"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},"e":{"dtype":"F16","shape":[0,3],"data_offsets":[8,8]},"s":{"dtype":"U8","shape":[],"data_offsets":[24,25]}}""", 25);
        Assert.Equal(["a F32 [2, 1]", "e F16 [0, 3]", "b I64 [2]", "s U8 []"], file.Tensors.Select(static tensor => tensor.ToString()));
        Assert.Equal("pt", file.Metadata["format"]);
        Assert.Equal([2L, 0L, 2L, 1L], file.Tensors.Select(static tensor => tensor.Count));
        Assert.Null(file.Find("__metadata__"));
        Assert.Equal(new FileInfo(file.Path).Length - 25, file.Tensors[0].Offset);
    }

    [Fact]
    public void Open_HeaderPaddedWithSpaces_IsRead()
    {
        using SafetensorsFile file = Open("""{}      """, 0);
        Assert.Empty(file.Tensors);
    }

    [Fact]
    public void Read_EachFloatType_GivesFloats()
    {
        byte[] data = new byte[8 + 4 + 2 + 2];
        BinaryPrimitives.WriteDoubleLittleEndian(data, 0.1);
        BinaryPrimitives.WriteSingleLittleEndian(data.AsSpan(8), 0.1f);
        BinaryPrimitives.WriteHalfLittleEndian(data.AsSpan(12), (Half)1.5);
        BinaryPrimitives.WriteUInt16LittleEndian(data.AsSpan(14), 0xC000);
        using SafetensorsFile file = SafetensorsFile.Open(_folder.Write("f.safetensors", SafetensorsBytes.Of(
            """{"d":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},"f":{"dtype":"F32","shape":[1],"data_offsets":[8,12]},"h":{"dtype":"F16","shape":[1],"data_offsets":[12,14]},"b":{"dtype":"BF16","shape":[1],"data_offsets":[14,16]}}""", data)));
        Assert.Equal([0.1f, 0.1f, 1.5f, -2f], ((string[])["d", "f", "h", "b"]).Select(name => ReadFloats(file, name, 1)[0]));
    }

    [Theory]
    [InlineData("BOOL", 1, 1)]
    [InlineData("U8", 255, 255)]
    [InlineData("I8", 255, -1)]
    [InlineData("U16", 65_535, 65_535)]
    [InlineData("I16", 65_535, -1)]
    [InlineData("I32", -5, -5)]
    [InlineData("U32", int.MaxValue, int.MaxValue)]
    [InlineData("I64", int.MinValue, int.MinValue)]
    [InlineData("U64", 3, 3)]
    public void Read_EachIntegerType_GivesIntegers(string type, long stored, int expected)
    {
        using SafetensorsFile file = OpenOne(type, stored);
        int[] values = new int[1];
        file.Read("x", values);
        Assert.Equal(expected, values[0]);
    }

    [Theory]
    [InlineData("BOOL", 2)]
    [InlineData("U32", uint.MaxValue)]
    [InlineData("I64", 1L << 40)]
    [InlineData("U64", -1)]
    public void Read_IntegerOutOfRange_NamesTheElement(string type, long stored)
    {
        using SafetensorsFile file = OpenOne(type, stored);
        Assert.Contains("element 0", Assert.Throws<CheckpointException>(() => file.Read("x", new int[1])).Message);
    }

    [Fact]
    public void Read_WrongNameCountOrType_SaysExpectedAndFound()
    {
        using SafetensorsFile file = Open("""{"x":{"dtype":"I32","shape":[2],"data_offsets":[0,8]},"y":{"dtype":"F8_E4M3","shape":[2],"data_offsets":[8,10]}}""", 10);
        string path = file.Path;
        Assert.Equal($"{path}: tensor \"z\": the file has no such tensor.", Assert.Throws<CheckpointException>(() => file.Read("z", new float[2])).Message);
        Assert.Equal($"{path}: tensor \"x\": expected 3 elements, found I32 [2], which has 2.", Assert.Throws<CheckpointException>(() => file.Read("x", new float[3])).Message);
        Assert.Equal($"{path}: tensor \"x\": expected F32, F16, BF16 or F64, found I32 [2].", Assert.Throws<CheckpointException>(() => file.Read("x", new float[2])).Message);
        Assert.Equal($"{path}: tensor \"y\": expected integers, found F8_E4M3 [2].", Assert.Throws<CheckpointException>(() => file.Read("y", new int[2])).Message);
    }

    [Fact]
    public void Read_AfterDispose_Throws()
    {
        SafetensorsFile file = Open("""{"x":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}""", 4);
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(() => file.Read("x", new float[1]));
    }

    [Fact]
    public void Open_WhatIsNoFile_NamesThePath()
    {
        foreach (string path in (string[])[_folder.File("absent"), _folder.Path, _folder.Write("empty", []), _folder.File("nul\0")])
            Assert.StartsWith(path, Assert.Throws<CheckpointException>(() => SafetensorsFile.Open(path)).Message);
    }

    [Fact]
    public void Open_TruncatedAnywhere_IsRefused()
    {
        byte[] whole = SafetensorsBytes.Of("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"y":{"dtype":"U8","shape":[3],"data_offsets":[8,11]}}""", 11);
        SafetensorsFile.Open(_folder.Write("f", whole)).Dispose();
        for (int length = 0; length < whole.Length; length++)
            Assert.Throws<CheckpointException>(() => SafetensorsFile.Open(_folder.Write("f", whole.AsSpan(0, length))).Dispose());
    }

    private SafetensorsFile Open(string header, int dataBytes) => SafetensorsFile.Open(_folder.Write("f.safetensors", SafetensorsBytes.Of(header, dataBytes)));

    /// <summary>A file of one tensor of one element.</summary>
    private SafetensorsFile OpenOne(string type, long value)
    {
        Assert.True(StoredTypes.TryParse(type, out StoredType stored));
        int size = stored.Bits() / 8;
        byte[] data = BitConverter.GetBytes(value)[..size];
        return SafetensorsFile.Open(_folder.Write("f.safetensors", SafetensorsBytes.Of($$$"""{"x":{"dtype":"{{{type}}}","shape":[1],"data_offsets":[0,{{{size}}}]}}""", data)));
    }

    private static float[] ReadFloats(SafetensorsFile file, string name, int count)
    {
        float[] values = new float[count];
        file.Read(name, values);
        return values;
    }
}
