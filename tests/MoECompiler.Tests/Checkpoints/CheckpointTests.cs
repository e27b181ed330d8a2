using System.Text;
using MoECompiler.Checkpoints;
using MoECompiler.Tests.Support;
using Xunit;

namespace MoECompiler.Tests.Checkpoints;

public sealed class CheckpointTests : IDisposable
{
    private const string Index = "model.safetensors.index.json";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_FileOrItsFolder_GivesItsTensors()
    {
        string path = _folder.Write("model.safetensors", Shard("a", "b"));
        foreach (string given in (string[])[path, _folder.Path])
        {
            using Checkpoint checkpoint = Checkpoint.Open(given);
            Assert.Equal(path, checkpoint.Path);
            Assert.Equal(["a", "b"], checkpoint.Tensors.Select(static tensor => tensor.Name));
        }
    }

    [Fact]
    public void Open_FolderWithASingleOtherFile_GivesIt()
    {
        _folder.Write("adapter_model.safetensors", Shard("a"));
        using Checkpoint checkpoint = Checkpoint.Open(_folder.Path);
        Assert.NotNull(checkpoint.Find("a"));
    }

    [Fact]
    public void Open_FolderWithNoOrSeveralOtherFiles_IsRefused()
    {
        Assert.Contains("found 0 of them", Assert.Throws<CheckpointException>(() => Checkpoint.Open(_folder.Path)).Message);
        _folder.Write("a.safetensors", Shard("a"));
        _folder.Write("b.safetensors", Shard("b"));
        Assert.Contains("found 2 of them", Assert.Throws<CheckpointException>(() => Checkpoint.Open(_folder.Path)).Message);
    }

    [Fact]
    public void Open_IndexOrItsFolder_GivesTheTensorsOfAllShards()
    {
        _folder.Write("s2.safetensors", Shard("c"));
        _folder.Write("s1.safetensors", Shard("a", "b"));
        string index = WriteIndex("""{"metadata":{"total_size":3},"weight_map":{"c":"s2.safetensors","a":"s1.safetensors","b":"s1.safetensors"}}""");
        foreach (string given in (string[])[index, _folder.Path])
        {
            using Checkpoint checkpoint = Checkpoint.Open(given);
            Assert.Equal(["a", "b", "c"], checkpoint.Tensors.Select(static tensor => tensor.Name));
            int[] value = new int[1];
            checkpoint.Read("b", value);
            Assert.Equal(1, value[0]);
            checkpoint.Read("c", value);
            Assert.Equal(0, value[0]);
            Assert.Null(checkpoint.Find("d"));
            Assert.Equal($"{index}: tensor \"d\": the checkpoint has no such tensor.", Assert.Throws<CheckpointException>(() => checkpoint.Read("d", value)).Message);
        }
    }

    [Fact]
    public void Open_ShardThatIsAbsent_NamesIt()
    {
        WriteIndex("""{"weight_map":{"a":"gone.safetensors"}}""");
        Assert.StartsWith(_folder.File("gone.safetensors"), Assert.Throws<CheckpointException>(() => Checkpoint.Open(_folder.Path)).Message);
    }

    [Fact]
    public void Open_IndexAndShardsThatDiffer_NamesTheTensor()
    {
        _folder.Write("s1.safetensors", Shard("a"));
        _folder.Write("s2.safetensors", Shard("b"));
        WriteIndex("""{"weight_map":{"a":"s1.safetensors","b":"s2.safetensors","c":"s2.safetensors"}}""");
        Assert.EndsWith("tensor \"c\": expected in \"s2.safetensors\", which has no such tensor.", Assert.Throws<CheckpointException>(() => Checkpoint.Open(_folder.Path)).Message);
        WriteIndex("""{"weight_map":{"a":"s2.safetensors"}}""");
        Assert.EndsWith("tensor \"b\": the index says it is in no file.", Assert.Throws<CheckpointException>(() => Checkpoint.Open(_folder.Path)).Message);
        WriteIndex("""{"weight_map":{"a":"s2.safetensors","b":"s1.safetensors"}}""");
        Assert.EndsWith("tensor \"a\": the index says it is in \"s2.safetensors\".", Assert.Throws<CheckpointException>(() => Checkpoint.Open(_folder.Path)).Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("../s.safetensors")]
    [InlineData("/etc/passwd")]
    [InlineData("inner/s.safetensors")]
    [InlineData("inner\\\\s.safetensors")]
    [InlineData("C:s.safetensors")]
    [InlineData("s\\u0000.safetensors")]
    public void Open_IndexThatNamesAnotherFolder_IsRefused(string shard)
    {
        WriteIndex($$$"""{"weight_map":{"a":"{{{shard}}}"}}""");
        Assert.Contains("tensor \"a\": expected the name of a file in the index's folder", Assert.Throws<CheckpointException>(() => Checkpoint.Open(_folder.Path)).Message);
    }

    [Theory]
    [InlineData("""[]""", "begins with an array")]
    [InlineData("""{}""", "no weight_map")]
    [InlineData("""{"weight_map":[]}""", "found an array")]
    [InlineData("""{"weight_map":{"a":1}}""", "tensor \"a\": expected a file name, found a number")]
    [InlineData("""{"weight_map":{"a":"s","a":"s"}}""", "tensor \"a\": weight_map has this name twice")]
    [InlineData("""{"weight_map":{},"weight_map":{}}""", "weight_map is there twice")]
    [InlineData("""{"weight_map":{}""", "invalid JSON")]
    [InlineData("", "invalid JSON")]
    public void Open_MalformedIndex_IsRefused(string json, string problem)
    {
        string path = WriteIndex(json);
        string message = Assert.Throws<CheckpointException>(() => Checkpoint.Open(path)).Message;
        Assert.StartsWith(path, message);
        Assert.Contains(problem, message);
    }

    [Fact]
    public void ParseIndex_MutatedFiles_ThrowNothingElse()
    {
        byte[][] seeds =
        [
            [.. """{"metadata":{"total_size":3},"weight_map":{"model.norm.weight":"model-00001-of-00002.safetensors","lm_head.weight":"model-00002-of-00002.safetensors"}}"""u8],
            [.. "{\n  \"weight_map\": { \"a\": \"s\" }\n}\n"u8],
        ];
        string[] tokens = ["{", "}", "[", "]", ",", ":", "\"", "\\ud800", "..", "/", "null", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "\"weight_map\":{},"];
        int refused = new Mutations(seeds, tokens).Run<CheckpointException>(3_000, static bytes => ShardIndex.Parse(bytes, "f"), allocation: 64 << 10);
        Assert.InRange(refused, 1_500, 2_999);
    }

    private string WriteIndex(string json) => _folder.Write(Index, Encoding.UTF8.GetBytes(json));

    /// <summary>A file of bytes 0, 1, ... as tensors of one element.</summary>
    private static byte[] Shard(params string[] names)
    {
        IEnumerable<string> entries = names.Select(static (name, i) => $$$"""
            "{{{name}}}":{"dtype":"U8","shape":[1],"data_offsets":[{{{i}}},{{{i + 1}}}]}
            """);
        return SafetensorsBytes.Of($"{{{string.Join(",", entries)}}}", names.Length);
    }
}
