using MoECompiler.Checkpoints;
using MoECompiler.Tests.Support;
using Xunit;

namespace MoECompiler.Tests.Checkpoints;

public sealed class WeightLoaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CpuDevice _device = new(1);
    private readonly Checkpoint _checkpoint;

    public WeightLoaderTests()
    {
        SafetensorsWriter writer = new();
        writer.Add("matrix", _device.Upload<float>([1, 2, 3, 4, 5, 6], 2, 3), StoredType.BF16);
        writer.Add("bias", _device.Upload<float>([7, 8], 2));
        writer.Add("ids", _device.Upload([9], 1));
        writer.Write(_folder.File("model.safetensors"));
        _checkpoint = Checkpoint.Open(_folder.Path);
    }

    public void Dispose()
    {
        _checkpoint.Dispose();
        _folder.Dispose();
        _device.Dispose();
    }

    [Fact]
    public void Load_AllFits_FillsEveryDestination()
    {
        View<float> matrix = _device.New<float>(3, 2);
        View<float> biases = _device.New<float>(2, 2);
        WeightLoader.Load(_checkpoint, [new("matrix", [2, 3], matrix), new("bias", [2], biases.At(1))], allowExtra: true);
        Assert.Equal([1, 2, 3, 4, 5, 6], matrix.Span.ToArray());
        Assert.Equal([0, 0, 7, 8], biases.Span.ToArray());
    }

    [Fact]
    public void Load_Misfits_ListsAllAndWritesNothing()
    {
        View<float> bias = _device.New<float>(2);
        CheckpointException error = Assert.Throws<CheckpointException>(() => WeightLoader.Load(
            _checkpoint,
            [new("bias", [2], bias), new("matrix", [3, 2], _device.New<float>(6)), new("absent", [], _device.New<float>()), new("ids", [1], _device.New<float>(1))]));
        Assert.Equal(
            $"""
            {_checkpoint.Path}: 3 tensors do not fit the model:
              "matrix": expected [3, 2], found BF16 [2, 3]
              "absent": missing, expected []
              "ids": expected floats, found I32 [1]
            """.ReplaceLineEndings("\n"), error.Message);
        Assert.Equal([0, 0], bias.Span.ToArray());
    }

    [Fact]
    public void Load_TensorsThatNothingWants_AreListed()
    {
        View<float> bias = _device.New<float>(2);
        CheckpointException error = Assert.Throws<CheckpointException>(() => WeightLoader.Load(_checkpoint, [new("bias", [2], bias)]));
        Assert.Contains("\"matrix\": extra, found BF16 [2, 3]", error.Message);
        Assert.Contains("\"ids\": extra, found I32 [1]", error.Message);
        Assert.Equal([0, 0], bias.Span.ToArray());
    }

    [Fact]
    public void Load_ManyMisfits_ListsTwenty()
    {
        WeightRequest[] requests = [.. Enumerable.Range(0, 100).Select(i => new WeightRequest($"w{i}", [1], _device.New<float>(1)))];
        string message = Assert.Throws<CheckpointException>(() => WeightLoader.Load(_checkpoint, requests, allowExtra: true)).Message;
        Assert.Contains("100 tensors do not fit", message);
        Assert.Equal(22, message.Split('\n').Length);
        Assert.EndsWith("and 80 more", message);
    }

    [Fact]
    public void Load_RequestsThatContradictThemselves_Throw()
    {
        View<float> bias = _device.New<float>(2);
        Assert.Throws<ArgumentException>(() => WeightLoader.Load(_checkpoint, [new("bias", [2], bias), new("bias", [2], bias)], allowExtra: true));
        Assert.Throws<ShapeException>(() => WeightLoader.Load(_checkpoint, [new("bias", [3], bias)], allowExtra: true));
    }
}
