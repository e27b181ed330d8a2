using Xunit;

namespace MoECompiler.Tests.Models;

[Collection(nameof(Alone))]
public class AllocationTests
{
    [Fact]
    public void CompiledModel_AfterTheFirstStep_AllocatesNothing()
    {
        Assert.Equal(0, CompiledModelTests.Routed.AllocatedBytes(16));
        Assert.Equal(0, CompiledModelTests.Layered.AllocatedBytes(16));
        Assert.Equal(0, CompiledModelTests.Picture.AllocatedBytes(16));
        Assert.Equal(0, CompiledModelTests.TwoTask.AllocatedBytes(16));
    }
}
