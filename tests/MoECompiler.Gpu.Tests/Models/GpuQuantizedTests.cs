using MoECompiler.Tests.Adapters;
using MoECompiler.Tests.Quantization;
using Xunit;

namespace MoECompiler.Gpu.Tests.Models;

/// <summary>A model in 4 bits and its adapters on the test's device: forward and every gradient, and the same bits in memory as a processor's.</summary>
public class GpuQuantizedTests
{
    public static TheoryData<int> Rows => GpuModelTests.Rows;

    [Theory]
    [MemberData(nameof(Rows))]
    public void ForwardAndGradients_AreTheReference(int rows)
    {
        QuantizedChecks.Lora.AgainstReference(static a => a.Reference, rows, 1, TestDevice.Instance);
        QuantizedChecks.Nola.AgainstReference(static a => a.Reference, rows, 2, TestDevice.Instance);
        QuantizedChecks.Dora.AgainstReference(static a => a.Reference, rows, 3, TestDevice.Instance);
    }

    [Fact]
    public void Initialize_OnADevice_IsThatOfAProcessor()
    {
        using CpuDevice cpu = new(1);
        using QuantizedModel here = AdapterChecks.New(new QuantizedModel(cpu)), there = AdapterChecks.New(new QuantizedModel(TestDevice.Instance));
        foreach ((Parameter expected, Parameter found) in here.Parameters.Zip(there.Parameters))
            Assert.Equal(expected.Stored.ToArray(), found.Stored.ToArray());
    }
}
