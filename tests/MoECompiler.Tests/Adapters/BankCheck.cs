using MoECompiler.Data;
using MoECompiler.Tests.Models;
using Xunit;

namespace MoECompiler.Tests.Adapters;

/// <summary>A bank against its adapters one by one: each row of a batch under its own, in an order that is not theirs.</summary>
internal static class BankCheck
{
    public static void Mixture(Device device, int rows) => Check(
        device, rows, new MixtureModel(device), static m => new MixtureAdapter(m), static (m, n) => new MixtureAdapterBank(m, n), static (b, a) => b.Add(a), TestModels.Routed.Data,
        static (bank, batch, adapters, y) => bank.Forward(batch.Float("features"), adapters, y[0]), static (a, batch, y) => a.Forward(batch.Float("features"), y[0]), [[3]]);

    public static void Layered(Device device, int rows) => Check(
        device, rows, new LayeredModel(device), static m => new LayeredAdapter(m), static (m, n) => new LayeredAdapterBank(m, n), static (b, a) => b.Add(a), TestModels.Layered.Data,
        static (bank, batch, adapters, y) => bank.Forward(batch.Integer("tokens"), adapters, y[0]), static (a, batch, y) => a.Forward(batch.Integer("tokens"), y[0]), [[5, 17]]);

    public static void Picture(Device device, int rows) => Check(
        device, rows, new PictureModel(device), static m => new PictureAdapter(m), static (m, n) => new PictureAdapterBank(m, n), static (b, a) => b.Add(a), TestModels.Picture.Data,
        static (bank, batch, adapters, y) => bank.Forward(batch.Float("pixels"), adapters, y[0]), static (a, batch, y) => a.Forward(batch.Float("pixels"), y[0]), [[4]]);

    public static void TwoTask(Device device, int rows) => Check(
        device, rows, new TwoTaskModel(device), static m => new TwoTaskAdapter(m), static (m, n) => new TwoTaskAdapterBank(m, n), static (b, a) => b.Add(a), TestModels.TwoTask.Data,
        static (bank, batch, adapters, y) => bank.Forward(batch.Float("features"), adapters, y[0], y[1]), static (a, batch, y) => a.Forward(batch.Float("features"), y[0], y[1]), [[1], [2]]);

    public static void Vera(Device device, int rows) => Check(
        device, rows, new KindModel(device), static m => new VeraKind(m), static (m, n) => new VeraKindBank(m, n), static (b, a) => b.Add(a), KindCheck.Data,
        static (bank, batch, adapters, y) => bank.Forward(batch.Float("x"), adapters, y[0]), static (a, batch, y) => a.Forward(batch.Float("x"), y[0]), [[3]]);

    public static void DyLora(Device device, int rows) => Check(
        device, rows, new KindModel(device), static m => new DyLoraKind(m), static (m, n) => new DyLoraKindBank(m, n), static (b, a) => b.Add(a), KindCheck.Data,
        static (bank, batch, adapters, y) => bank.Forward(batch.Float("x"), adapters, y[0]), static (a, batch, y) => a.Forward(batch.Float("x"), y[0]), [[3]]);

    private delegate void BankForward<TBank>(TBank bank, Batch batch, View<int> adapters, View<float>[] y);

    private delegate void Forward<TAdapter>(TAdapter adapter, Batch batch, View<float>[] y);

    /// <summary>The model alone and as many adapters as rows.</summary>
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
