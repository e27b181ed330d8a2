using Xunit;

namespace MoECompiler.Tests.Models;

[Collection(nameof(Alone))]
public class AllocationTests
{
    [Fact]
    public void CompiledModel_AfterTheFirstStep_AllocatesNothing()
    {
        Assert.Equal(0, TestModels.Routed.AllocatedBytes(16));
        Assert.Equal(0, TestModels.Layered.AllocatedBytes(16));
        Assert.Equal(0, TestModels.Picture.AllocatedBytes(16));
        Assert.Equal(0, TestModels.TwoTask.AllocatedBytes(16));
        Assert.Equal(0, TestModels.Brain.AllocatedBytes(16));
        Assert.Equal(0, TestModels.Half.AllocatedBytes(16));
        Assert.Equal(0, TestModels.Attentive.AllocatedBytes(9));
        Assert.Equal(0, TestModels.Spatial.AllocatedBytes(3));
        Assert.Equal(0, Quantization.QuantizedChecks.Lora.AllocatedBytes(16));
    }
}
