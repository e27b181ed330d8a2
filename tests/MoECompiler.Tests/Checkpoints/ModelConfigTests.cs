using System.Text;
using MoECompiler.Checkpoints;
using MoECompiler.Tests.Support;
using Xunit;

namespace MoECompiler.Tests.Checkpoints;

public sealed class ModelConfigTests
{
    private const string Text =
        """{"hidden_size":2048,"rms_norm_eps":1e-05,"tie":false,"model_type":"olmoe","rope":null,"layers":[1,2],"big":3000000000,"half":0.5,"text_config":{"hidden_size":64,"deep":{"a.b":7}}}""";

    private readonly ModelConfig _config = ModelConfig.Parse(Encoding.UTF8.GetBytes(Text), "config.json");

    [Fact]
    public void Lookups_PresentKeys_GiveTheirValues()
    {
        Assert.Equal(2048, _config.Integer("hidden_size"));
        Assert.Equal(64, _config.Integer("text_config.hidden_size"));
        Assert.Equal(7, _config.Integer("text_config.deep.a.b"));
        Assert.Equal(1e-5, _config.Number("rms_norm_eps"));
        Assert.False(_config.Bool("tie"));
        Assert.Equal("olmoe", _config.Text("model_type"));
        Assert.True(_config.Has("layers"));
        Assert.False(_config.Has("rope"));
        Assert.False(_config.Has("text_config.absent"));
    }

    [Theory]
    [InlineData("experts", "config.json: expected a whole number under \"experts\", found no such key; there are \"hidden_size\", \"rms_norm_eps\", \"tie\", \"model_type\", \"rope\", \"layers\", \"big\", \"half\" and 1 more.")]
    [InlineData("model_type", "config.json: \"model_type\": expected a whole number, found a string, \"olmoe\".")]
    [InlineData("rope", "config.json: \"rope\": expected a whole number, found null.")]
    [InlineData("text_config", "config.json: \"text_config\": expected a whole number, found an object.")]
    [InlineData("half", "config.json: \"half\": expected a whole number from 1 to 2147483647, found a number, \"0.5\".")]
    [InlineData("big", "config.json: \"big\": expected a whole number from 1 to 2147483647, found a number, \"3000000000\".")]
    public void Integer_WhatIsNone_SaysExpectedAndFound(string key, string message)
        => Assert.Equal(message, Assert.Throws<CheckpointException>(() => _config.Integer(key, minimum: 1)).Message);

    [Fact]
    public void OtherLookups_WrongTypes_Throw()
    {
        Assert.Throws<CheckpointException>(() => _config.Number("tie"));
        Assert.Throws<CheckpointException>(() => _config.Bool("hidden_size"));
        Assert.Throws<CheckpointException>(() => _config.Text("hidden_size"));
        Assert.Throws<CheckpointException>(() => _config.Integer("hidden_size", 1, 2047));
    }

    [Fact]
    public void Open_FileOrItsFolder_ReadsIt()
    {
        using TemporaryFolder folder = new();
        Assert.StartsWith(folder.File("config.json"), Assert.Throws<CheckpointException>(() => ModelConfig.Open(folder.Path)).Message);
        string path = folder.Write("config.json", Encoding.UTF8.GetBytes(Text));
        Assert.Equal(2048, ModelConfig.Open(path).Integer("hidden_size"));
        Assert.Equal(2048, ModelConfig.Open(folder.Path).Integer("hidden_size"));
        Assert.Equal(2048, ModelConfig.Beside(folder.Path).Integer("hidden_size"));
        Assert.Equal(2048, ModelConfig.Beside(folder.File("model.safetensors")).Integer("hidden_size"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("7")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{\"a\":1,\"a\":2}")]
    [InlineData("{\"a\":{\"b\":1,\"\\u0062\":2}}")]
    [InlineData("{\"a\":Infinity}")]
    [InlineData("{} x")]
    public void Parse_Malformed_IsRefused(string json)
        => Assert.StartsWith("config.json: ", Assert.Throws<CheckpointException>(() => ModelConfig.Parse(Encoding.UTF8.GetBytes(json), "config.json")).Message);

    [Fact]
    public void Parse_DeepNesting_IsRefused()
    {
        byte[] json = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 200_000)));
        Assert.Throws<CheckpointException>(() => ModelConfig.Parse(json, "f"));
    }

    [Fact]
    public void Parse_MutatedFiles_ThrowNothingElse()
    {
        string[] tokens = ["{", "}", "[", "]", ",", ":", "\"", "\\ud800", "null", "true", "-", "{\"a\":{\"a\":{\"a\":", "\"hidden_size\":1,"];
        int refused = new Mutations([Encoding.UTF8.GetBytes(Text)], tokens).Run<CheckpointException>(
            3_000,
            static bytes =>
            {
                ModelConfig config = ModelConfig.Parse(bytes, "f");
                config.Integer("hidden_size", 1, 1 << 20);
                config.Number("rms_norm_eps");
                config.Text("model_type");
                config.Integer("text_config.deep.a.b");
            },
            allocation: 64 << 10);
        Assert.InRange(refused, 1_500, 2_999);
    }
}
