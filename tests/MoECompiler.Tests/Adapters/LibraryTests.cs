using MoECompiler.Data;
using MoECompiler.Tests.Models;
using Xunit;

namespace MoECompiler.Tests.Adapters;

[Nola<MixtureModel>(Rank = 2, BasisA = 5, BasisB = 4, Bank = true)]
public sealed partial class ServedNola;

/// <summary>Many adapters that take turns in one, and in a bank that has room for a few.</summary>
public sealed class LibraryTests : IDisposable
{
    private const int Adapters = 12;

    private readonly CpuDevice _device = new(1);
    private readonly MixtureModel _model;
    private readonly ServedNola _adapter;
    private readonly AdapterLibrary _library;

    public LibraryTests()
    {
        _model = AdapterChecks.New(new MixtureModel(_device));
        _adapter = new ServedNola(_model);
        _library = new AdapterLibrary(_adapter);
        for (int i = 0; i < Adapters; i++)
        {
            AdapterChecks.Trained(_adapter, 100 + i);
            Assert.Equal(i, _library.Add());
        }
    }

    public void Dispose()
    {
        _adapter.Dispose();
        _model.Dispose();
        _device.Dispose();
    }

    [Fact]
    public void Use_AnAdapter_IsItToTheBit()
    {
        Batch batch = TestModels.Routed.Data(new Random(1), 3);
        foreach (int number in (int[])[7, 0, 11, 7])
        {
            _library.Use(number);
            float[] found = Forward(batch, 3);
            AdapterChecks.Trained(_adapter, 100 + number);
            Assert.Equal(Forward(batch, 3), found);
        }
        Assert.Equal(Adapters, _library.Count);
        Assert.Equal(Adapters * _adapter.ParameterCount * sizeof(float), _library.Bytes);
    }

    [Fact]
    public void Numbers_AreReusedAndChecked()
    {
        _library.Remove(5);
        Assert.Equal(Adapters - 1, _library.Count);
        Assert.Contains("there are 11", Assert.Throws<ArgumentOutOfRangeException>(() => _library.Use(5)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => _library.Replace(5));
        Assert.Throws<ArgumentOutOfRangeException>(() => _library.Use(-1));
        Assert.Equal(5, _library.Add());
        Assert.Equal(Adapters, _library.Add());
    }

    /// <summary>A bank of five serves twelve adapters, batch after batch, each row as its adapter alone does.</summary>
    [Fact]
    public void Cache_SmallerThanTheLibrary_ServesEachRowUnderItsAdapter()
    {
        using ServedNolaBank bank = new(_model, capacity: 5);
        AdapterCache cache = new(_library, bank);
        foreach (int[] adapters in (int[][])[[0, 1, 2, 3, 4], [4, 4, 9, -1, 0], [11, 10, 9, 8, 7], [0, 1, 11, 1, 1]])
            Check(adapters);
        // Of the second batch 4, twice, and 0 are there, of the third 9, of the fourth 11.
        Assert.Equal(3 + 1 + 1, cache.Hits);
        Assert.Equal(5 + 1 + 4 + 4, cache.Misses);

        AdapterChecks.Trained(_adapter, 1);
        _library.Replace(11);
        Check([11, 0]);
        Assert.Equal(5, bank.Count);

        void Check(int[] adapters)
        {
            int rows = adapters.Length;
            int[] numbers = new int[rows];
            cache.Bring(adapters, numbers);
            Batch batch = TestModels.Routed.Data(new Random(2), rows);
            View<float> together = _device.New<float>(rows, 3);
            bank.Forward(batch.Float("features"), _device.Upload<int>(numbers, [rows]), together);
            for (int row = 0; row < rows; row++)
            {
                float[] alone;
                if (adapters[row] >= 0)
                {
                    _library.Use(adapters[row]);
                    alone = Forward(batch, rows);
                }
                else
                {
                    View<float> y = _device.New<float>(rows, 3);
                    _model.Forward(batch.Float("features"), y);
                    alone = y.ToArray();
                }
                float[] expected = alone[(row * 3)..(row * 3 + 3)];
                Assert.All(together.At(row).ToArray(), (y, i) => Assert.Equal(expected[i], y, 1e-5f));
            }
        }
    }

    /// <summary>The place of what an adapter was before is free, and is nobody's when it is given away.</summary>
    [Fact]
    public void Cache_OfAdaptersThatBecomeOthers_FindsEachWhereItIs()
    {
        using ServedNolaBank bank = new(_model, capacity: 3);
        AdapterCache cache = new(_library, bank);
        int[] numbers = new int[3];
        cache.Bring([0], numbers.AsSpan(0, 1));
        _library.Replace(0);
        cache.Bring([0, 1], numbers.AsSpan(0, 2));
        cache.Bring([0, 1, 2], numbers);
        Assert.Equal(3, numbers.Distinct().Count());
        cache.Bring([3, 0, 1], numbers);
        Assert.Equal(3, numbers.Distinct().Count());
        Assert.Equal(2 + 2, cache.Hits);
        Assert.Equal(1 + 2 + 1 + 1, cache.Misses);
    }

    [Fact]
    public void Cache_OfWhatDoesNotFit_IsRefused()
    {
        using ServedNolaBank bank = new(_model, capacity: 2);
        AdapterCache cache = new(_library, bank);
        int[] numbers = new int[3];
        Assert.Contains("more than 2 adapters", Assert.Throws<ArgumentException>(() => cache.Bring([1, 2, 3], numbers)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => cache.Bring([12], numbers.AsSpan(0, 1)));
        Assert.Contains("room for 3", Assert.Throws<ArgumentException>(() => cache.Bring([1], numbers)).Message, StringComparison.Ordinal);
        Assert.Contains("2 adapters already", Assert.Throws<ArgumentException>(() => new AdapterCache(_library, bank)).Message, StringComparison.Ordinal);
        using MixtureAdapterBank foreign = new(_model, capacity: 2);
        AdapterCache wrong = new(_library, foreign);
        Assert.Contains("of another declaration", Assert.Throws<ArgumentException>(() => wrong.Bring([1], numbers.AsSpan(0, 1))).Message, StringComparison.Ordinal);
    }

    private float[] Forward(Batch batch, int rows)
    {
        View<float> y = _device.New<float>(rows, 3);
        _adapter.Forward(batch.Float("features"), y);
        return y.ToArray();
    }
}
