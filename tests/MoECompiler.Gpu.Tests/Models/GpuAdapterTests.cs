using MoECompiler.Data;
using MoECompiler.Tests.Adapters;
using MoECompiler.Tests.Models;
using MoECompiler.Tests.Support;
using Xunit;

namespace MoECompiler.Gpu.Tests.Models;

/// <summary>Adapters of the odd models on the test's device: forward and every gradient, and banks of them.</summary>
public class GpuAdapterTests
{
    public static TheoryData<int> Rows => GpuModelTests.Rows;

    [Theory]
    [MemberData(nameof(Rows))]
    public void Routed_ForwardAndGradients_AreTheReference(int rows) => AdapterChecks.Routed.AgainstReference(static a => a.Reference, rows, 1, TestDevice.Instance);

    [Theory]
    [MemberData(nameof(Rows))]
    public void Layered_ForwardAndGradients_AreTheReference(int rows) => AdapterChecks.Layered.AgainstReference(static a => a.Reference, rows, 2, TestDevice.Instance);

    [Theory]
    [MemberData(nameof(Rows))]
    public void Picture_ForwardAndGradients_AreTheReference(int rows) => AdapterChecks.Picture.AgainstReference(static a => a.Reference, rows, 3, TestDevice.Instance);

    [Theory]
    [MemberData(nameof(Rows))]
    public void TwoTask_ForwardAndGradients_AreTheReference(int rows) => AdapterChecks.TwoTask.AgainstReference(static a => a.Reference, rows, 4, TestDevice.Instance);

    [Theory]
    [MemberData(nameof(Rows))]
    public void Brain_ForwardAndGradients_AreTheReference(int rows) => AdapterChecks.Brain.AgainstReference(static a => a.Reference, rows, 5, TestDevice.Instance);

    [Fact]
    public void Bank_EachRowUnderItsOwnAdapter_IsTheRowAlone()
    {
        int rows = TestDevice.IsSimulated ? 4 : 10;
        BankCheck.Mixture(TestDevice.Instance, TestDevice.IsSimulated ? 9 : 64);
        BankCheck.Layered(TestDevice.Instance, rows);
        BankCheck.Picture(TestDevice.Instance, rows);
        BankCheck.TwoTask(TestDevice.Instance, rows);
    }

    /// <summary>What the host does with an adapter's memory and its model's, which are the device's.</summary>
    [Fact]
    public void MergeAndFiles_OnADevice_AreThoseOfTheProcessor()
    {
        const int rows = 3;
        GpuDevice gpu = TestDevice.Instance;
        using TemporaryFolder folder = new();
        using TwoTaskModel model = AdapterChecks.New(new TwoTaskModel(gpu));
        using TwoTaskAdapter adapter = new(model);
        AdapterChecks.Trained(adapter, 1);
        adapter.Save(folder.File("adapter"));
        adapter.SavePeft(folder.File("peft"));
        Batch batch = TestModels.TwoTask.Data(new Random(1), rows);
        View<float>[] expected = [gpu.New<float>(rows, 1), gpu.New<float>(rows, 2)], merged = [gpu.New<float>(rows, 1), gpu.New<float>(rows, 2)];
        adapter.Forward(batch.Float("features"), expected[0], expected[1]);
        float[][] before = Values(model);
        adapter.Merge();
        model.Forward(batch.Float("features"), merged[0], merged[1]);
        adapter.Unmerge();
        Close(expected[0].ToArray(), merged[0].ToArray());
        Close(expected[1].ToArray(), merged[1].ToArray());
        foreach ((float[] was, float[] now) in before.Zip(Values(model)))
            Close(was, now);

        using CpuDevice cpu = new(1);
        using TwoTaskModel onCpu = AdapterChecks.New(new TwoTaskModel(cpu));
        using TwoTaskAdapter own = TwoTaskAdapter.Load(folder.File("adapter"), onCpu), peft = TwoTaskAdapter.LoadPeft(folder.File("peft"), onCpu), back = TwoTaskAdapter.LoadPeft(folder.File("peft"), model);
        Assert.Equal(Values(adapter), Values(own));
        Assert.Equal(Values(adapter), Values(peft));
        Assert.Equal(Values(adapter), Values(back));

        static float[][] Values(Model model) => [.. model.Parameters.Select(static p => p.Value.ToArray())];

        static void Close(float[] expected, float[] found)
        {
            double scale = Math.Max(1, expected.Max(Math.Abs));
            Assert.All(expected.Zip(found), pair => Assert.True(Math.Abs(pair.First - pair.Second) <= 1e-6 * scale, $"{pair}"));
        }
    }

    [Fact]
    public void Step_Twice_GivesTheSameBits()
    {
        int rows = TestDevice.IsSimulated ? 5 : 33;
        Assert.Equal(AdapterChecks.Routed.Step(TestDevice.Instance, rows, 5), AdapterChecks.Routed.Step(TestDevice.Instance, rows, 5));
    }
}
