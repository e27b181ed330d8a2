using ILGPU;
using Xunit;

namespace MoECompiler.Gpu.Tests.Devices;

public class IntrinsicsTests
{
    private const int Threads = 16;

    private static GpuDevice Gpu => TestDevice.Instance;

    [Fact]
    public void FusedMultiplyAdd_RoundsOnce()
    {
        // (1 + 2^-12)^2 - 1 - 2^-11 is 2^-24, which rounding the square would lose.
        float x = 1 + MathF.ScaleB(1, -12);
        using Buffer buffer = Gpu.Allocate(sizeof(float));
        View<float> y = buffer.View<float>(new Extents(1));
        Gpu.Launch(Fuse, Work.PerElement(1, group: 1), Gpu.Array(y), x, -1 - MathF.ScaleB(1, -11));
        Assert.Equal(MathF.ScaleB(1, -24), y.ToArray()[0]);
    }

    [Fact]
    public void Barrier_OrdersWhatIsWrittenToSharedAndToGlobalMemory()
    {
        using Buffer buffer = Gpu.Allocate(2 * Threads * sizeof(int));
        View<int> y = buffer.View<int>(new Extents(2 * Threads));
        Gpu.Launch(Reverse, Work.PerElement(Threads, Threads), Gpu.Array(y));
        int[] expected = [.. Enumerable.Range(0, Threads).Select(static i => Threads - 1 - i)];
        Assert.Equal([.. Enumerable.Range(0, Threads).Select(static i => 2 * (Threads - 1 - i)), .. expected], y.ToArray());
    }

    private static void Fuse(ArrayView<float> y, float x, float addend) => y[GpuIndex.Element] = Intrinsics.FusedMultiplyAdd(x, x, addend);

    /// <summary>The second half in reverse by way of shared memory, the first by way of global memory.</summary>
    private static void Reverse(ArrayView<int> y)
    {
        ArrayView<int> numbers = SharedMemory.Allocate<int>(Threads);
        int thread = Group.IdxX;
        numbers[thread] = thread;
        y[thread] = thread;
        Intrinsics.Barrier();
        int other = numbers[Threads - 1 - thread];
        y[Threads + thread] = other;
        int mirrored = y[Threads - 1 - thread];
        Intrinsics.Barrier();
        y[thread] = mirrored + other;
    }
}
