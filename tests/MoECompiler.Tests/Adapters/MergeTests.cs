using MoECompiler.Data;
using MoECompiler.Tests.Models;
using MoECompiler.Tests.Support;
using Xunit;

namespace MoECompiler.Tests.Adapters;

/// <summary>A model into which an adapter is merged computes what the adapter computes, and has its weights back afterwards.</summary>
public sealed class MergeTests : IDisposable
{
    /// <summary>Of each tensor's largest element: sums of a few dozen rounded products, in another order.</summary>
    private const double OfResults = 1e-6;

    /// <summary>Of each weight and of the largest change: the rounding of two additions.</summary>
    private const double OfWeights = 1e-6;

    private readonly CpuDevice _device = new(2);

    public void Dispose() => _device.Dispose();

    [Fact]
    public void Merge_OddModels_ComputeWhatTheirAdaptersDo()
    {
        Check(new RoutedModel(_device), static m => new RoutedAdapter(m), TestModels.Routed.Data, [[3]],
            static (m, b, y) => m.Forward(b.Float("features"), y[0]), static (a, b, y) => a.Forward(b.Float("features"), y[0]));
        Check(new MixtureModel(_device), static m => new MixtureAdapter(m), TestModels.Routed.Data, [[3]],
            static (m, b, y) => m.Forward(b.Float("features"), y[0]), static (a, b, y) => a.Forward(b.Float("features"), y[0]));
        Check(new LayeredModel(_device), static m => new LayeredAdapter(m), TestModels.Layered.Data, [[5, 17]],
            static (m, b, y) => m.Forward(b.Integer("tokens"), y[0]), static (a, b, y) => a.Forward(b.Integer("tokens"), y[0]));
        Check(new PictureModel(_device), static m => new PictureAdapter(m), TestModels.Picture.Data, [[4]],
            static (m, b, y) => m.Forward(b.Float("pixels"), y[0]), static (a, b, y) => a.Forward(b.Float("pixels"), y[0]));
        Check(new TwoTaskModel(_device), static m => new TwoTaskAdapter(m), TestModels.TwoTask.Data, [[1], [2]],
            static (m, b, y) => m.Forward(b.Float("features"), y[0], y[1]), static (a, b, y) => a.Forward(b.Float("features"), y[0], y[1]));
        Check(new RoutedModel(_device), static m => new RoutedNola(m), TestModels.Routed.Data, [[3]],
            static (m, b, y) => m.Forward(b.Float("features"), y[0]), static (a, b, y) => a.Forward(b.Float("features"), y[0]));
    }

    [Fact]
    public void Merge_TwiceOrNotAtAll_IsRefused()
    {
        using TwoTaskModel model = AdapterChecks.New(new TwoTaskModel(_device));
        using TwoTaskAdapter adapter = new(model);
        Assert.Contains("is not merged", Assert.Throws<InvalidOperationException>(adapter.Unmerge).Message, StringComparison.Ordinal);
        adapter.Merge();
        Assert.True(adapter.IsMerged);
        Assert.Contains("merged into TwoTaskModel already", Assert.Throws<InvalidOperationException>(adapter.Merge).Message, StringComparison.Ordinal);
    }

    /// <summary>What is taken out is what was put in, whatever became of the factors.</summary>
    [Fact]
    public void Unmerge_AfterTheFactorsChanged_GivesTheWeightsBack()
    {
        using TwoTaskModel model = AdapterChecks.New(new TwoTaskModel(_device));
        using TwoTaskAdapter adapter = new(model);
        AdapterChecks.Trained(adapter, 1);
        float[][] before = Weights(model);
        adapter.Merge();
        AdapterChecks.Trained(adapter, 2);
        adapter.Unmerge();
        AssertClose(before, Weights(model));
    }

    /// <summary>Rounding makes no other weights of them: files of before are read after, and the other way round.</summary>
    [Fact]
    public void Unmerge_LeavesAModelThatItsAdaptersFit()
    {
        using TemporaryFolder folder = new();
        using TwoTaskModel model = AdapterChecks.New(new TwoTaskModel(_device));
        using TwoTaskAdapter one = new(model), two = new(model);
        AdapterChecks.Trained(one, 1);
        AdapterChecks.Trained(two, 2);
        one.Save(folder.File("before"));
        one.Merge();
        one.Save(folder.File("merged"));
        two.Merge();
        one.Unmerge();
        two.Unmerge();
        one.Save(folder.File("after"));
        Assert.Equal(File.ReadAllBytes(folder.File("before")), File.ReadAllBytes(folder.File("merged")));
        Assert.Equal(File.ReadAllBytes(folder.File("before")), File.ReadAllBytes(folder.File("after")));
        two.LoadWeights(folder.File("before"));
        using TwoTaskModel fresh = AdapterChecks.New(new TwoTaskModel(_device));
        TwoTaskAdapter.Load(folder.File("after"), fresh).Dispose();
    }

    /// <summary>A weight of bfloat16 is rounded to it, as it is merged and as it is taken apart again: 8 bits of a mantissa.</summary>
    [Fact]
    public void Merge_IntoWeightsOf16Bits_IsRoundedToThem()
    {
        using BrainModel model = AdapterChecks.New(new BrainModel(_device));
        using BrainAdapter adapter = new(model);
        AdapterChecks.Trained(adapter, 1);
        float[][] before = [.. adapter.Sites.Select(static s => s.Weight.Stored.ToArray())];
        adapter.Merge();
        float[][] merged = [.. adapter.Sites.Select(static s => s.Weight.Stored.ToArray())];
        adapter.Unmerge();
        for (int site = 0; site < before.Length; site++)
        {
            AdapterFactors factors = (AdapterFactors)adapter.Sites[site];
            (float[] a, float[] b) = factors.Read();
            float[] after = factors.Weight.Stored.ToArray();
            for (int i = 0; i < after.Length; i++)
            {
                (int row, int column) = (i / factors.In, i % factors.In);
                double change = Enumerable.Range(0, factors.Rank).Sum(r => (double)b[row * factors.Rank + r] * a[(row / factors.Out * factors.Rank + r) * factors.In + column]);
                double expected = before[site][i] + factors.Scale * change;
                Assert.True(Math.Abs(merged[site][i] - expected) <= Math.Abs(expected) / 256 + 1e-6, $"{factors.Weight.Path}[{i}]: {merged[site][i]} for {expected}");
                Assert.True(Math.Abs(after[i] - before[site][i]) <= (Math.Abs(expected) + Math.Abs(before[site][i])) / 256 + 1e-6, $"{factors.Weight.Path}[{i}]: {after[i]} for {before[site][i]}");
            }
        }
    }

    private delegate void Forward<T>(T model, Batch batch, View<float>[] y);

    private void Check<TModel, TAdapter>(
        TModel model, Func<TModel, TAdapter> create, Func<Random, int, Batch> data, int[][] results, Forward<TModel> forward, Forward<TAdapter> forwardAdapter)
        where TModel : Model
        where TAdapter : Adapter
    {
        const int rows = 13;
        model.Initialize(3);
        using TAdapter adapter = create(model);
        AdapterChecks.Trained(adapter, 4);
        Batch batch = data(new Random(1), rows);
        View<float>[] expected = New(), merged = New();
        forwardAdapter(adapter, batch, expected);
        float[][] before = Weights(model);
        adapter.Merge();
        Assert.NotEqual(before, Weights(model));
        forward(model, batch, merged);
        adapter.Unmerge();
        for (int i = 0; i < results.Length; i++)
            AssertClose(expected[i].ToArray(), merged[i].ToArray(), OfResults, $"{typeof(TAdapter).Name} result {i}");
        AssertClose(before, Weights(model));
        model.Dispose();

        View<float>[] New() => [.. results.Select(r => _device.New<float>([rows, .. r]))];
    }

    private static float[][] Weights(Model model) => [.. model.Parameters.Select(static p => p.Value.ToArray())];

    private static void AssertClose(float[][] expected, float[][] found)
    {
        for (int i = 0; i < expected.Length; i++)
            AssertClose(expected[i], found[i], OfWeights, $"parameter {i}");
    }

    private static void AssertClose(float[] expected, float[] found, double tolerance, string what)
    {
        double scale = Math.Max(1, expected.Max(Math.Abs));
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - found[i]) <= tolerance * scale, $"{what}[{i}]: expected {expected[i]:R}, found {found[i]:R}.");
    }
}
