using MoECompiler.Tests.Adapters;
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

    [Fact]
    public void Bank_EachRowUnderItsOwnAdapter_IsTheRowAlone()
    {
        int rows = TestDevice.IsSimulated ? 4 : 10;
        BankCheck.Mixture(TestDevice.Instance, TestDevice.IsSimulated ? 9 : 64);
        BankCheck.Layered(TestDevice.Instance, rows);
        BankCheck.Picture(TestDevice.Instance, rows);
        BankCheck.TwoTask(TestDevice.Instance, rows);
    }

    [Fact]
    public void Step_Twice_GivesTheSameBits()
    {
        int rows = TestDevice.IsSimulated ? 5 : 33;
        Assert.Equal(AdapterChecks.Routed.Step(TestDevice.Instance, rows, 5), AdapterChecks.Routed.Step(TestDevice.Instance, rows, 5));
    }
}
