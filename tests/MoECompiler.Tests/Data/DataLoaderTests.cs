using CsCheck;
using MoECompiler.Data;
using Xunit;

namespace MoECompiler.Tests.Data;

public sealed class DataLoaderTests : IDisposable
{
    private readonly CpuDevice _device = new(1);

    public void Dispose() => _device.Dispose();

    [Fact]
    public void Next_AnySizes_GivesEachRowOnceAnEpoch()
        => Gen.Select(Gen.Int[1, 300], Gen.Int[1, 320], Gen.ULong, Gen.Bool).Sample(
            (rows, batchSize, seed, isShuffled) =>
            {
                using DataLoader loader = Loader(rows, batchSize, seed, isShuffled);
                for (int epoch = 0; epoch < 2; epoch++)
                {
                    List<int> seen = [];
                    for (int i = 0; i < loader.BatchesPerEpoch; i++)
                    {
                        Batch batch = loader.Next();
                        Assert.Equal(i + 1 < loader.BatchesPerEpoch ? batchSize : rows - i * batchSize, batch.Rows);
                        AssertColumnsAgree(batch);
                        seen.AddRange(batch.Integer("row").Span);
                    }
                    Assert.Equal(Enumerable.Range(0, rows), isShuffled ? seen.Order() : seen);
                }
            }, iter: 100, threads: 1);

    [Fact]
    public void Seek_AnyPosition_GivesWhatAnUnbrokenRunGave()
        => Gen.Select(Gen.Int[1, 60], Gen.Int[1, 20], Gen.ULong, Gen.Int[0, 40]).Sample(
            (rows, batchSize, seed, position) =>
            {
                using DataLoader unbroken = Loader(rows, batchSize, seed);
                using DataLoader resumed = Loader(rows, batchSize, seed);
                for (int i = 0; i < position; i++)
                    unbroken.Next();
                resumed.Next();
                resumed.Seek(position);
                for (int i = 0; i < 5; i++)
                {
                    Assert.Equal(unbroken.Position, resumed.Position);
                    Assert.Equal(unbroken.Next().Integer("row").Span.ToArray(), resumed.Next().Integer("row").Span.ToArray());
                }
            }, iter: 100, threads: 1);

    [Fact]
    public void Next_OtherEpochOrSeed_GivesAnotherOrder()
    {
        int[] first = Epoch(seed: 1, epoch: 0);
        Assert.Equal(first, Epoch(seed: 1, epoch: 0));
        Assert.NotEqual(first, Epoch(seed: 1, epoch: 1));
        Assert.NotEqual(first, Epoch(seed: 2, epoch: 0));
    }

    /// <summary>The orders are part of what a resumed training must find again, also in a later version.</summary>
    [Fact]
    public void Shuffle_KnownSeed_GivesTheKnownOrder()
    {
        int[] order = new int[10];
        RowOrder.Shuffle(order, seed: 2024, RowOrder.EpochSite, epoch: 3);
        Assert.Equal([9, 7, 0, 3, 8, 2, 4, 6, 1, 5], order);
    }

    /// <summary>
    /// Each of the 24 orders of 4 rows has 1 chance in 24: chi-squared with 23 degrees of freedom exceeds 49.7 once in 1,000.
    /// </summary>
    [Fact]
    public void Shuffle_ManyEpochs_GivesEachOrderEquallyOften()
    {
        const int epochs = 24_000;
        Dictionary<string, int> counts = [];
        int[] order = new int[4];
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            RowOrder.Shuffle(order, seed: 7, RowOrder.EpochSite, epoch);
            string key = string.Concat(order);
            counts[key] = counts.GetValueOrDefault(key) + 1;
        }
        Assert.Equal(24, counts.Count);
        Assert.InRange(counts.Values.Sum(static count => Math.Pow(count - epochs / 24, 2) / (epochs / 24)), 0, 49.7);
    }

    [Fact]
    public void Next_Bytes_AreScaledInTheBatch()
    {
        Dataset data = new(new ByteColumn("x", [0, 51, 255, 204], [2]), new ByteColumn("y", [10, 20], [], mean: 15, deviation: 5));
        using DataLoader loader = new(_device, data, 2, isShuffled: false);
        Batch batch = loader.Next();
        Assert.Equal([0f, 0.2f, 1f, 0.8f], batch.Float("x").Span.ToArray());
        Assert.Equal([-1f, 1f], batch.Float("y").Span.ToArray());
    }

    [Fact]
    public void Next_AfterTheFirst_AllocatesNothing()
    {
        using DataLoader loader = Loader(1000, 64, seed: 1);
        loader.Next();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            loader.Next();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Identity_WhatChangesTheBatches_ChangesIt()
    {
        string[] identities =
        [
            Loader(10, 4, 1).Identity, Loader(11, 4, 1).Identity, Loader(10, 5, 1).Identity, Loader(10, 4, 2).Identity, Loader(10, 4, 1, isShuffled: false).Identity,
        ];
        Assert.Equal("10 rows in batches of 4, shuffled by seed 1", identities[0]);
        Assert.Equal(identities.Length, identities.Distinct().Count());
    }

    [Fact]
    public void New_NothingToLoad_Throws()
    {
        Assert.Throws<ArgumentException>(() => Loader(0, 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Loader(1, 0, 1));
    }

    /// <summary>A table whose columns all tell the number of the row.</summary>
    private DataLoader Loader(int rows, int batchSize, ulong seed, bool isShuffled = true)
    {
        Dataset data = new(
            new IntegerColumn("row", [.. Enumerable.Range(0, rows)]),
            new FloatColumn("pair", [.. Enumerable.Range(0, rows * 2).Select(static i => (float)i)], 2),
            new ByteColumn("low", [.. Enumerable.Range(0, rows).Select(static i => (byte)i)], [1], deviation: 1));
        return new DataLoader(_device, data, batchSize, seed, isShuffled);
    }

    private int[] Epoch(ulong seed, long epoch)
    {
        using DataLoader loader = Loader(50, 50, seed);
        loader.Seek(epoch);
        return loader.Next().Integer("row").Span.ToArray();
    }

    private static void AssertColumnsAgree(Batch batch)
    {
        for (int i = 0; i < batch.Rows; i++)
        {
            int row = batch.Integer("row").Span[i];
            Assert.Equal(2 * row, batch.Float("pair").Span[2 * i]);
            Assert.Equal(2 * row + 1, batch.Float("pair").Span[2 * i + 1]);
            Assert.Equal((byte)row, batch.Float("low").Span[i]);
        }
    }
}
