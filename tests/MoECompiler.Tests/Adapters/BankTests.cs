using MoECompiler.Data;
using MoECompiler.Tests.Models;
using Xunit;

namespace MoECompiler.Tests.Adapters;

/// <summary>Rows of one batch under different adapters, against each row under its adapter alone.</summary>
public class BankTests
{
    [Fact]
    public void Bank_EachRowUnderItsOwnAdapter_IsTheRowAlone()
    {
        using CpuDevice device = new(2);
        Check(device, 64, new MixtureModel(device), static m => new MixtureAdapter(m), static (m, n) => new MixtureAdapterBank(m, n), static (b, a) => b.Add(a), TestModels.Routed.Data,
            static (bank, batch, adapters, y) => bank.Forward(batch.Float("features"), adapters, y[0]), static (a, batch, y) => a.Forward(batch.Float("features"), y[0]), [[3]]);
        Check(device, 7, new LayeredModel(device), static m => new LayeredAdapter(m), static (m, n) => new LayeredAdapterBank(m, n), static (b, a) => b.Add(a), TestModels.Layered.Data,
            static (bank, batch, adapters, y) => bank.Forward(batch.Integer("tokens"), adapters, y[0]), static (a, batch, y) => a.Forward(batch.Integer("tokens"), y[0]), [[5, 17]]);
        Check(device, 9, new PictureModel(device), static m => new PictureAdapter(m), static (m, n) => new PictureAdapterBank(m, n), static (b, a) => b.Add(a), TestModels.Picture.Data,
            static (bank, batch, adapters, y) => bank.Forward(batch.Float("pixels"), adapters, y[0]), static (a, batch, y) => a.Forward(batch.Float("pixels"), y[0]), [[4]]);
        Check(device, 10, new TwoTaskModel(device), static m => new TwoTaskAdapter(m), static (m, n) => new TwoTaskAdapterBank(m, n), static (b, a) => b.Add(a), TestModels.TwoTask.Data,
            static (bank, batch, adapters, y) => bank.Forward(batch.Float("features"), adapters, y[0], y[1]), static (a, batch, y) => a.Forward(batch.Float("features"), y[0], y[1]), [[1], [2]]);
    }

    [Fact]
    public void Bank_OfNumbersAndModels_RefusesWhatItHasNot()
    {
        using CpuDevice device = new(1);
        using TwoTaskModel model = AdapterChecks.New(new TwoTaskModel(device)), other = AdapterChecks.New(new TwoTaskModel(device));
        using TwoTaskAdapter adapter = new(model), stranger = new(other);
        using TwoTaskAdapterBank bank = new(model, capacity: 2);
        Assert.Equal(1, bank.Add(adapter));
        Assert.Equal(2, bank.Add(adapter));
        Assert.Contains("room for 2", Assert.Throws<InvalidOperationException>(() => bank.Add(adapter)).Message, StringComparison.Ordinal);
        bank.Remove(1);
        Assert.Equal(1, bank.Count);
        Assert.Throws<ArgumentException>(() => bank.Remove(1));
        Assert.Throws<ArgumentException>(() => bank.Replace(1, adapter));
        Assert.Contains("another instance", Assert.Throws<ArgumentException>(() => bank.Add(stranger)).Message, StringComparison.Ordinal);
        View<int> numbers = device.Upload<int>([3], [1]);
        ArgumentException error = Assert.Throws<ArgumentException>(() =>
            bank.Forward(device.New<float>(1, 7), numbers, device.New<float>(1, 1), device.New<float>(1, 2)));
        Assert.Contains("adapter at position 0 is 3; there are 3", error.Message, StringComparison.Ordinal);
    }

    private delegate void BankForward<TBank>(TBank bank, Batch batch, View<int> adapters, View<float>[] y);

    private delegate void Forward<TAdapter>(TAdapter adapter, Batch batch, View<float>[] y);

    /// <summary>The model alone and as many adapters as rows, over the rows in an order that is not theirs.</summary>
    private static void Check<TModel, TAdapter, TBank>(
        Device device, int rows, TModel model, Func<TModel, TAdapter> create, Func<TModel, int, TBank> createBank, Func<TBank, TAdapter, int> add,
        Func<Random, int, Batch> data, BankForward<TBank> forwardBank, Forward<TAdapter> forward, int[][] results)
        where TModel : Model
        where TAdapter : Adapter
        where TBank : AdapterBank
    {
        model.Initialize(5);
        using TBank bank = createBank(model, rows);
        TAdapter[] adapters = [.. Enumerable.Range(0, rows).Select(_ => create(model))];
        for (int i = 0; i < rows; i++)
        {
            // The first changes nothing.
            if (i > 0)
                AdapterChecks.Trained(adapters[i], i);
            Assert.Equal(i + 1, add(bank, adapters[i]));
        }
        int[] numbers = [.. Enumerable.Range(0, rows).Select(i => i * 5 % rows)];
        Batch batch = data(new Random(1), rows);
        View<float>[] together = New(rows);
        forwardBank(bank, batch, device.Upload<int>(numbers, [rows]), together);
        foreach (int number in numbers.Distinct())
        {
            using TAdapter zero = create(model);
            View<float>[] alone = New(rows);
            forward(number == 0 ? zero : adapters[number - 1], batch, alone);
            for (int result = 0; result < results.Length; result++)
            {
                int each = (int)(alone[result].Count / rows);
                for (int row = 0; row < rows; row++)
                {
                    if (numbers[row] != number)
                        continue;
                    float[] expected = alone[result].Span.Slice(row * each, each).ToArray();
                    float[] found = together[result].Span.Slice(row * each, each).ToArray();
                    float scale = Math.Max(1e-3f, expected.Max(MathF.Abs));
                    for (int i = 0; i < each; i++)
                        Assert.True(MathF.Abs(expected[i] - found[i]) <= 2e-6f * scale, $"{typeof(TBank).Name} row {row} under {number}: expected {expected[i]}, found {found[i]}.");
                }
            }
        }
        foreach (TAdapter adapter in adapters)
            adapter.Dispose();
        model.Dispose();

        View<float>[] New(int rows) => [.. results.Select(r => device.New<float>([rows, .. r]))];
    }
}
