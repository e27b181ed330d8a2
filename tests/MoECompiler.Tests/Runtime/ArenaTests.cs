using Xunit;

namespace MoECompiler.Tests.Runtime;

public class ArenaTests
{
    [Fact]
    public void Reserve_Less_KeepsTheMemory()
    {
        using CpuDevice device = new(1);
        using Arena arena = new(device);
        arena.Reserve(128);
        arena.View<float>(64, new Extents(16)).Span.Fill(7);
        arena.Reserve(64);
        Assert.Equal(128, arena.PeakBytes);
        Assert.All(arena.View<float>(64, new Extents(16)).Span.ToArray(), static value => Assert.Equal(7, value));
    }

    [Fact]
    public void View_PastWhatIsReserved_IsRefused()
    {
        using CpuDevice device = new(1);
        using Arena arena = new(device);
        arena.Reserve(128);
        Assert.Throws<ShapeException>(() => arena.View<float>(64, new Extents(17)));
    }

    [Fact]
    public void Reserve_MoreThanThereIs_ThrowsAndTheArenaCanBeUsedAgain()
    {
        using CpuDevice device = new(1);
        using Arena arena = new(device);
        Assert.Throws<OutOfMemoryException>(() => arena.Reserve(1L << 55));
        arena.Reserve(64);
        Assert.Equal(64, arena.PeakBytes);
    }

    [Fact]
    public void ReserveAndView_OfWhatIsThere_AllocateNothing()
    {
        using CpuDevice device = new(1);
        using Arena arena = new(device);
        arena.Reserve(128);
        long before = 0, after = 0, sum = 0;
        for (int i = 0; i < 3; i++)
        {
            before = GC.GetAllocatedBytesForCurrentThread();
            arena.Reserve(100);
            sum += arena.View<float>(0, new Extents(4, 4)).Count;
            after = GC.GetAllocatedBytesForCurrentThread();
        }
        Assert.Equal(0, after - before);
        Assert.Equal(48, sum);
    }
}
