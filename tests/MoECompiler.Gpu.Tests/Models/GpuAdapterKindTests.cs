using MoECompiler.Tests.Adapters;
using Xunit;

namespace MoECompiler.Gpu.Tests.Models;

/// <summary>Adapters of all kinds on the test's device.</summary>
public class GpuAdapterKindTests
{
    public static TheoryData<int> Kinds => [.. Enumerable.Range(0, KindCheck.All.Count)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Kind_New_ChangesNoBit(int kind) => KindCheck.All[kind].ChangesNothingNew(TestDevice.Instance);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Kind_ForwardAndGradients_AreTheReference(int kind) => KindCheck.All[kind].IsTheReference(TestDevice.IsSimulated ? 3 : 9, TestDevice.Instance);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Kind_Merged_ComputesTheSameAndIsTakenOut(int kind) => KindCheck.All[kind].MergesAndIsTakenOut(TestDevice.Instance);
}
