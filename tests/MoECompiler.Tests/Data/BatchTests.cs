using MoECompiler.Data;
using MoECompiler.Training;
using Xunit;

namespace MoECompiler.Tests.Data;

public sealed class BatchTests : IDisposable
{
    private readonly CpuDevice _device = new(1);

    public void Dispose() => _device.Dispose();

    [Fact]
    public void Rows_OfOwnMemory_ResizesEveryColumn()
    {
        using Batch batch = new(_device, 3, new TensorSpec("x", ElementType.Float32, new Extents(2, 2)), new TensorSpec("y", ElementType.Int32, new Extents()));
        Assert.Equal(0, batch.Float("x").Extents[0]);
        batch.Rows = 3;
        batch.Float("x").Span.Fill(7);
        batch.Rows = 2;
        Assert.Equal(new Extents(2, 2, 2), batch.Float("x").Extents);
        Assert.Equal(new Extents(2), batch.Integer("y").Extents);
        Assert.Equal([7, 7, 7, 7, 7, 7, 7, 7], batch.Float("x").Span.ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => batch.Rows = 4);
        Assert.Throws<ArgumentOutOfRangeException>(() => batch.Rows = -1);
    }

    [Fact]
    public void Set_Views_AreGivenBack()
    {
        Batch batch = new();
        View<float> x = _device.New<float>(5, 2);
        batch.Set("x", x);
        batch.Set("y", _device.New<int>(5));
        Assert.Equal(5, batch.Rows);
        x.Span[9] = 3;
        Assert.Equal(3, batch.Float("x").Span[9]);
    }

    [Fact]
    public void Columns_OfAnotherNameOrType_AreMissed()
    {
        Batch batch = new();
        batch.Set("x", _device.New<float>(1));
        Assert.Equal("The batch has no column of floats \"pixels\"; there are: \"x\".", Assert.Throws<KeyNotFoundException>(() => batch.Float("pixels")).Message);
        Assert.Equal("The batch has no column of integers \"x\"; there are: none.", Assert.Throws<KeyNotFoundException>(() => batch.Integer("x")).Message);
    }

    [Fact]
    public void New_ColumnsThatCannotBe_Throws()
    {
        TensorSpec free = new("x", ElementType.Float32, new Extents(0));
        TensorSpec deep = new("x", ElementType.Float32, new Extents(1, 1, 1, 1, 1, 1));
        TensorSpec plain = new("x", ElementType.Float32, new Extents(1));
        Assert.Throws<NotSupportedException>(() => new Batch(_device, 1, free));
        Assert.Throws<NotSupportedException>(() => new Batch(_device, 1, deep));
        Assert.Throws<ArgumentException>(() => new Batch(_device, 1, plain, plain));
    }
}
