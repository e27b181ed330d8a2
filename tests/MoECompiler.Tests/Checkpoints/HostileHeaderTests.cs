using System.Buffers.Binary;
using System.Text;
using MoECompiler.Checkpoints;
using MoECompiler.Tests.Support;
using Xunit;

namespace MoECompiler.Tests.Checkpoints;

public unsafe class HostileHeaderTests
{
    [Theory]
    [InlineData("""[]""", 0, "does not begin with '{'")]
    [InlineData(""" {}""", 0, "does not begin with '{'")]
    [InlineData("""{""", 0, "invalid JSON")]
    [InlineData("""{}}""", 0, "invalid JSON")]
    [InlineData("""{} {}""", 0, "invalid JSON")]
    [InlineData("""{"x":1}""", 0, "tensor \"x\": expected an object, found a number")]
    [InlineData("""{"x":{}}""", 0, "expected dtype, shape and two data_offsets")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "tensor \"x\": the header has this name twice")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"\u0078":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "tensor \"x\": the header has this name twice")]
    [InlineData("""{"x":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "\"dtype\" is unknown or there twice")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"stride":[1]}}""", 4, "\"stride\" is unknown or there twice")]
    [InlineData("""{"x":{"dtype":"F31","shape":[1],"data_offsets":[0,4]}}""", 4, "the dtype \"F31\" is unknown")]
    [InlineData("""{"x":{"dtype":"f32","shape":[1],"data_offsets":[0,4]}}""", 4, "the dtype \"f32\" is unknown")]
    [InlineData("""{"x":{"dtype":7,"shape":[1],"data_offsets":[0,4]}}""", 4, "expected dtype to be a string, found a number")]
    [InlineData("""{"x":{"dtype":"F32","shape":1,"data_offsets":[0,4]}}""", 4, "expected shape to be an array, found a number")]
    [InlineData("""{"x":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "element 0 of shape is no whole number")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1,1.5],"data_offsets":[0,4]}}""", 4, "element 1 of shape is no whole number")]
    [InlineData("""{"x":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}""", 4, "element 0 of shape is no whole number")]
    [InlineData("""{"x":{"dtype":"F32","shape":[18446744073709551617],"data_offsets":[0,4]}}""", 4, "element 0 of shape is no whole number")]
    [InlineData("""{"x":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}""", 0, "no whole number of bytes below 2^63")]
    [InlineData("""{"x":{"dtype":"F32","shape":[4611686018427387904],"data_offsets":[0,0]}}""", 0, "no whole number of bytes below 2^63")]
    [InlineData("""{"x":{"dtype":"F4","shape":[3],"data_offsets":[0,1]}}""", 1, "no whole number of bytes")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1],"data_offsets":[0,4]}}""", 4, "shape has more than 32 elements")]
    [InlineData("""{"x":{"dtype":"F32","shape":[[[1]]],"data_offsets":[0,4]}}""", 4, "invalid JSON: The maximum configured depth of 3")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "expected 8 bytes for F32 [2], found data_offsets 0 to 4")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "expected 4 bytes for F32 [1], found data_offsets 4 to 0")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0]}}""", 4, "two data_offsets")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}""", 4, "data_offsets has more than 2 elements")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[9223372036854775803,9223372036854775807]}}""", 4, "past the end of any file")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "leaves a hole before it")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"y":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}""", 6, "tensor \"y\": overlaps the tensor before it")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"y":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "overlaps the tensor before it")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 7, "found 7: the file is truncated")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 5, "found 1 bytes more")]
    [InlineData("""{"__metadata__":{"a":1}}""", 0, "expected \"a\" to be a string, found a number")]
    [InlineData("""{"__metadata__":{"a":"","a":""}}""", 0, "\"a\" is there twice")]
    [InlineData("""{"__metadata__":{},"__metadata__":{}}""", 0, "the header has this name twice")]
    [InlineData("""{"__metadata__":null}""", 0, "expected an object, found null")]
    [InlineData("""{"\uD800":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "not valid Unicode")]
    public void Parse_WhatTheFormatForbids_IsRefused(string header, int dataBytes, string problem)
    {
        CheckpointException error = Assert.Throws<CheckpointException>(() => SafetensorsHeader.Parse(Encoding.UTF8.GetBytes(header), dataBytes, "model.safetensors"));
        Assert.StartsWith("model.safetensors: ", error.Message);
        Assert.Contains(problem, error.Message);
    }

    [Theory]
    [InlineData(100_000_001UL, "at most 100,000,000 bytes")]
    [InlineData(ulong.MaxValue, "at most 100,000,000 bytes")]
    [InlineData(3UL, "expected a header of 3 bytes, found 2")]
    public void Read_HeaderLongerThanAllowed_IsRefused(ulong headerBytes, string problem)
    {
        byte[] file = new byte[10];
        BinaryPrimitives.WriteUInt64LittleEndian(file, headerBytes);
        Assert.Contains(problem, Assert.Throws<CheckpointException>(() => Read(file)).Message);
    }

    [Fact]
    public void Parse_InvalidUtf8_IsRefused()
    {
        byte[] header = [.. "{\"x"u8, 0xFF, .. "\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}"u8];
        Assert.Throws<CheckpointException>(() => SafetensorsHeader.Parse(header, 0, "f"));
    }

    [Fact]
    public void Parse_LongName_GivesAShortMessage()
    {
        string header = $$"""{"{{new string('x', 1_000_000)}}":7}""";
        Assert.InRange(Assert.Throws<CheckpointException>(() => SafetensorsHeader.Parse(Encoding.UTF8.GetBytes(header), 0, "f")).Message.Length, 1, 300);
    }

    [Fact]
    public void Parse_DeepNesting_IsRefused()
    {
        string header = "{\"x\":" + string.Concat(Enumerable.Repeat("{\"x\":", 100_000));
        Assert.Throws<CheckpointException>(() => SafetensorsHeader.Parse(Encoding.UTF8.GetBytes(header), 0, "f"));
    }

    [Fact]
    public void Read_MutatedFiles_ThrowNothingElse()
    {
        byte[][] seeds =
        [
            SafetensorsBytes.Of("""{"a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},"b":{"dtype":"I64","shape":[2],"data_offsets":[8,24]},"__metadata__":{"format":"pt"}}""", 24),
            SafetensorsBytes.Of("""{"model.layers.0.mlp.experts.1.up_proj.weight":{"dtype":"BF16","shape":[4,3],"data_offsets":[0,24]},"e":{"dtype":"F16","shape":[0],"data_offsets":[24,24]}}    """, 24),
            SafetensorsBytes.Of("{}", 0),
        ];
        string[] tokens = ["{", "}", "[", "]", ",", ":", "\"", "\\u0061", "\\ud800", "\"shape\":[1]", "\"dtype\":\"F4\"", "__metadata__", "null", "\0", "\"a\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[8,8]},"];
        int refused = new Mutations(seeds, tokens).Run<CheckpointException>(4_000, static bytes => CheckReadable(Read(bytes), bytes.Length), allocation: 64 << 10);
        Assert.InRange(refused, 3_000, 3_999);
    }

    /// <summary>What is accepted must lie inside of the file.</summary>
    private static void CheckReadable(SafetensorsHeader header, long fileBytes)
        => Assert.All(header.Tensors, tensor => Assert.InRange(tensor.Offset + tensor.Bytes, 8, fileBytes));

    private static SafetensorsHeader Read(byte[] file)
    {
        fixed (byte* start = file)
            return SafetensorsHeader.Read(start, file.Length, "f");
    }
}
