using MoECompiler.Data;
using MoECompiler.Tests.Models;
using MoECompiler.Tests.Support;
using MoECompiler.Training;
using Xunit;

namespace MoECompiler.Tests.Training;

/// <summary>State outside of the device's memory.</summary>
public sealed class StatePagingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CpuDevice _device = new(2);

    public void Dispose()
    {
        _device.Dispose();
        _folder.Dispose();
    }

    public static TheoryData<string> Names => [.. SomeOptimizers.Wide, .. SomeOptimizers.Dynamic];

    /// <summary>Whole steps, with several batches each, of a model with tables that are trained whole: values and all that is remembered.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Update_Paged_GivesTheBitsOfUnpaged(string name)
    {
        Assert.Equal(Run(null), Run(new StatePaging { Folder = _folder.Path }));

        float[] Run(StatePaging? paging)
        {
            using VectorModel model = new(_device, ("A", UpdateBlock.MaximumCount + 300, false), ("B", 4_096, false), ("C", 3, false));
            Optimizer optimizer = SomeOptimizers.New(name, paging);
            using OptimizerState state = new(optimizer, model, new TrainerOptions { AccumulatedBatches = 2 });
            Random random = new(4);
            for (int step = 0; step < 4; step++)
            {
                model.Randomize(random);
                state.Accumulate(0, 3, isLast: false);
                state.Accumulate(3, 2, isLast: true);
                state.Update(optimizer.LearningRate);
            }
            return [.. model.Parameters.SelectMany(static parameter => parameter.Value.ToArray()), .. SomeOptimizers.Kept(state)];
        }
    }

    /// <summary>What is remembered takes nothing of the device, and as many bytes elsewhere as it did there.</summary>
    [Fact]
    public void Bytes_OfPagedState_AreOutsideOfTheDevice()
    {
        using VectorModel model = new(_device, ("A", 100_000, false));
        using OptimizerState unpaged = new(new AdamW(), model), paged = new(new AdamW { Paging = new StatePaging { Folder = _folder.Path } }, model);
        using OptimizerState narrow = new(new AdamW { StateFormat = StateFormat.Dynamic8, Paging = new StatePaging { Folder = _folder.Path } }, model);
        Assert.Equal((2 * 4 * 100_000, 0), (unpaged.Bytes, unpaged.PagedBytes));
        Assert.Equal((0, 2 * 4 * 100_000), (paged.Bytes, paged.PagedBytes));
        Assert.Equal(0, narrow.Bytes);
        Assert.InRange(narrow.PagedBytes, 2 * 100_000, 2 * 102_000);
        using OptimizerState none = new(new Sgd { Paging = new StatePaging { Folder = "no folder" } }, model);
        Assert.Equal((0, 0), (none.Bytes, none.PagedBytes));
    }

    [Fact]
    public void Dispose_RemovesTheFile()
    {
        using VectorModel model = new(_device, ("A", 5_000, false));
        OptimizerState state = new(new AdamW { Paging = new StatePaging { Folder = _folder.Path } }, model);
        // Unix forgets the name at once, so that a process that is killed leaves nothing.
        Assert.Equal(OperatingSystem.IsWindows() ? 1 : 0, Directory.GetFiles(_folder.Path).Length);
        View<float> mean = state.Trained[0].State[0].Value;
        state.Dispose();
        Assert.Empty(Directory.GetFiles(_folder.Path));
        Assert.Throws<ObjectDisposedException>(() => mean.Span[0]);
    }

    [Fact]
    public void Folder_ThatTakesNoFile_IsNamed()
    {
        using VectorModel model = new(_device, ("A", 5_000, false));
        string absent = Path.Combine(_folder.Path, "absent");
        IOException error = Assert.Throws<IOException>(() => new OptimizerState(new AdamW { Paging = new StatePaging { Folder = absent } }, model));
        Assert.StartsWith($"The folder '{absent}' takes no file of 40,064 bytes: ", error.Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new StatePaging { PageBytes = 1000 });
    }

    /// <summary>More than the disk has is refused when the file is made, not when memory is written to.</summary>
    [Fact]
    public void Folder_OnADiskWithoutRoom_IsNamed()
    {
        long free = new DriveInfo(_folder.Path).AvailableFreeSpace;
        if (free > 1L << 44)
            return;
        IOException error = Assert.Throws<IOException>(() => new MappedBuffer(_device, free + (1L << 40), _folder.Path));
        Assert.StartsWith($"The folder '{_folder.Path}' takes no file of ", error.Message);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    /// <summary>Where state lies is no part of what a checkpoint is of: a training that was paged goes on unpaged, and the other way round.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Resume_TheOtherWay_EndsWithTheSameBits(bool isPagedFirst)
    {
        StatePaging paging = new() { Folder = _folder.Path };
        float[] expected = Train(null, null, 0);
        Train(isPagedFirst ? paging : null, _folder.File("training"), 7);
        Assert.Equal(expected, Train(isPagedFirst ? null : paging, _folder.File("training"), 0));
    }

    /// <summary>Tables that are trained by rows, and what else a model has.</summary>
    private float[] Train(StatePaging? paging, string? path, long interruption)
    {
        using MemoryModel model = new(_device);
        model.Initialize(1);
        int[] ids = [.. Enumerable.Range(0, 160).Select(static i => i * i % MemoryModel.Ids)];
        using DataLoader data = new(_device, new Dataset(new IntegerColumn("ids", ids), new IntegerColumn("label", [.. ids.Select(static id => id % MemoryModel.Classes)])), 16, seed: 1);
        using CancellationTokenSource source = new();
        using Trainer trainer = new(model, new AdamW { LearningRate = 0.01, Paging = paging }, new TrainerOptions
        {
            CheckpointPath = path,
            OnStep = step =>
            {
                if (step.Step + 1 == interruption)
                    source.Cancel();
            },
        });
        if (interruption == 0 && path is not null)
            trainer.Resume(path);
        if (interruption > 0)
            Assert.Throws<OperationCanceledException>(() => trainer.Fit(data, cancellationToken: source.Token));
        else
            trainer.Fit(data);
        return [.. model.Parameters.SelectMany(static parameter => parameter.Value.ToArray())];
    }
}
