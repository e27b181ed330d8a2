using CsCheck;
using MoECompiler.Checkpoints;
using MoECompiler.Tests.Support;
using Xunit;

namespace MoECompiler.Tests.Checkpoints;

public sealed class SafetensorsWriterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CpuDevice _device = new(1);

    public void Dispose()
    {
        _folder.Dispose();
        _device.Dispose();
    }

    /// <summary>The bytes of <c>test_serialization</c> in the reference implementation, safetensors/src/tensor.rs.</summary>
    [Fact]
    public void Write_ReferenceVector_GivesTheReferenceBytes()
    {
        SafetensorsWriter writer = new();
        writer.Add("attn.0", _device.Upload<float>([0, 1, 2, 3, 4, 5], 1, 2, 3));
        byte[] expected =
        [
            64, 0, 0, 0, 0, 0, 0, 0, .. """{"attn.0":{"dtype":"F32","shape":[1,2,3],"data_offsets":[0,24]}}"""u8,
            0, 0, 0, 0, 0, 0, 128, 63, 0, 0, 0, 64, 0, 0, 64, 64, 0, 0, 128, 64, 0, 0, 160, 64,
        ];
        Assert.Equal(expected, Bytes(writer));
    }

    /// <summary>The bytes of <c>test_serialization_fp4</c> in the reference implementation: a header padded with spaces.</summary>
    [Fact]
    public void Write_ReferenceVectorOfNibbles_GivesTheReferenceBytes()
    {
        SafetensorsWriter writer = new();
        writer.Add("attn.0", StoredType.F4, [1, 2], static stream => stream.WriteByte(0));
        byte[] expected = [64, 0, 0, 0, 0, 0, 0, 0, .. """{"attn.0":{"dtype":"F4","shape":[1,2],"data_offsets":[0,1]}}    """u8, 0];
        Assert.Equal(expected, Bytes(writer));
    }

    [Fact]
    public void Write_AnyOrderOfAdding_GivesTheSameBytes()
    {
        View<float> x = _device.Upload<float>([1, 2, 3], 3);
        View<int> y = _device.Upload([4, 5], 2);
        SafetensorsWriter one = new();
        one.SetMetadata("step", "7");
        one.SetMetadata("format", "pt");
        one.Add("b", x, StoredType.BF16);
        one.Add("c", y);
        one.Add("a", x, StoredType.BF16);
        SafetensorsWriter other = new();
        other.Add("a", x, StoredType.BF16);
        other.Add("b", x, StoredType.BF16);
        other.Add("c", y);
        other.SetMetadata("format", "pt");
        other.SetMetadata("step", "7");

        Assert.Equal(Bytes(one), Bytes(other));
        using SafetensorsFile file = SafetensorsFile.Open(_folder.File("f.safetensors"));
        Assert.Equal(["c I32 [2]", "a BF16 [3]", "b BF16 [3]"], file.Tensors.Select(static tensor => tensor.ToString()));
        Assert.Equal(0, file.Tensors[0].Offset % 8);
        Assert.Equal("7", file.Metadata["step"]);
    }

    [Fact]
    public void Write_RandomTensors_AreReadBack()
    {
        Gen<(string Name, int[] Shape, StoredType Type)> tensor = Gen.Select(
            Gen.OneOf(Gen.Char["\u0000\"\\/<é漢. a\n"].Array[0, 6].Select(static characters => new string(characters)), Gen.String[Gen.Char['a', 'z'], 1, 9]),
            Gen.Int[0, 5].Array[0, 4],
            Gen.Int[0, 2].Select(static i => i == 0 ? StoredType.F32 : i == 1 ? StoredType.F16 : StoredType.BF16));
        tensor.Array[0, 6].Sample(tensors =>
        {
            tensors = [.. tensors.DistinctBy(static item => item.Name)];
            SafetensorsWriter writer = new();
            for (int i = 0; i < tensors.Length; i++)
                writer.Add(tensors[i].Name, _device.Upload<float>(Elements(tensors[i].Shape, i), tensors[i].Shape), tensors[i].Type);
            writer.Write(_folder.File("f.safetensors"));

            using SafetensorsFile file = SafetensorsFile.Open(_folder.File("f.safetensors"));
            Assert.Equal(tensors.Length, file.Tensors.Count);
            for (int i = 0; i < tensors.Length; i++)
            {
                float[] expected = Elements(tensors[i].Shape, i);
                float[] read = new float[expected.Length];
                file.Read(tensors[i].Name, read);
                Assert.Equal(expected, read);
                Assert.Equal(tensors[i].Shape.Select(static extent => (long)extent), file.Find(tensors[i].Name)!.Shape);
            }
        }, iter: 300, threads: 1);
    }

    [Fact]
    public void Write_TensorLongerThanABlock_IsReadBack()
    {
        const int count = (1 << 18) * 2 + 5;
        float[] elements = [.. Enumerable.Range(0, count).Select(static i => (float)(i % 251))];
        SafetensorsWriter writer = new();
        writer.Add("x", _device.Upload<float>(elements, count), StoredType.BF16);
        writer.Write(_folder.File("f.safetensors"));
        using SafetensorsFile file = SafetensorsFile.Open(_folder.File("f.safetensors"));
        float[] read = new float[count];
        file.Read("x", read);
        Assert.Equal(elements, read);
    }

    [Fact]
    public void Add_WhatCannotBeWritten_Throws()
    {
        View<float> x = _device.New<float>(3);
        SafetensorsWriter writer = new();
        writer.Add("x", x);
        Assert.Throws<ArgumentException>(() => writer.Add("x", x));
        Assert.Throws<ArgumentException>(() => writer.Add("__metadata__", x));
        Assert.Throws<ArgumentException>(() => writer.Add("y", x, StoredType.I64));
        Assert.Throws<ArgumentException>(() => writer.Add("y", StoredType.F4, [3], static _ => { }));
        Assert.Throws<ArgumentException>(() => writer.Add("y", StoredType.U8, [-1], static _ => { }));
    }

    [Fact]
    public void Write_ElementTooLargeForItsType_KeepsTheOldFile()
    {
        string path = _folder.Write("f.safetensors", "old"u8);
        SafetensorsWriter writer = new();
        writer.Add("w", _device.Upload<float>([1, 70_000], 2), StoredType.F16);
        Assert.Equal($"{path}: tensor \"w\": 70000, its element 1, is too large for F16.", Assert.Throws<CheckpointException>(() => writer.Write(path)).Message);
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal(["f.safetensors"], _folder.Names());
    }

    [Fact]
    public void Write_ProviderOfTheWrongLength_Throws()
    {
        SafetensorsWriter writer = new();
        writer.Add("w", StoredType.U8, [3], static stream => stream.Write([1, 2]));
        Assert.Throws<InvalidOperationException>(() => writer.Write(_folder.File("f.safetensors")));
        Assert.Empty(_folder.Names());
    }

    private static float[] Elements(int[] shape, int from) => [.. Enumerable.Range(from, shape.Aggregate(1, static (a, b) => a * b)).Select(static i => i % 256 / 2f)];

    private byte[] Bytes(SafetensorsWriter writer)
    {
        string path = _folder.File("f.safetensors");
        writer.Write(path);
        return File.ReadAllBytes(path);
    }
}
