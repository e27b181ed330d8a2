using ILGPU;
using Xunit;

namespace MoECompiler.Gpu.Tests.Devices;

public class DeviceTests
{
    private static readonly Work s_work = Work.PerElement(4, group: 4);

    [Fact]
    public void SeveralDevices_InOneProcess_KeepApart()
    {
        using GpuDevice first = TestDevice.Create();
        using GpuDevice second = new SimulatedDevice();
        using Buffer one = first.Allocate(16);
        using Buffer two = second.Allocate(16);
        (View<float> x, View<float> y) = (one.View<float>(new Extents(4)), two.View<float>(new Extents(4)));
        for (int i = 0; i < 3; i++)
        {
            first.Launch(AddNumber, s_work, first.Array(x), 1f);
            second.Launch(AddNumber, s_work, second.Array(y), 2f);
        }
        Assert.Equal([3f, 3, 3, 3], x.ToArray());
        Assert.Equal([6f, 6, 6, 6], y.ToArray());
        ArgumentException error = Assert.Throws<ArgumentException>(() => first.Array(y));
        Assert.Contains($"lies on {second.Name}, not on {first.Name}", error.Message);
    }

    [Fact]
    public void Launch_FromSeveralThreads_RunsEachOnce()
    {
        GpuDevice gpu = TestDevice.Instance;
        Buffer[] buffers = [.. Enumerable.Range(0, 4).Select(_ => gpu.Allocate(16))];
        Parallel.ForEach(buffers, buffer =>
        {
            for (int i = 0; i < 10; i++)
                gpu.Launch(AddNumber, s_work, gpu.Array(buffer.View<float>(new Extents(4))), 1f);
        });
        foreach (Buffer buffer in buffers)
        {
            Assert.Equal([10f, 10, 10, 10], buffer.View<float>(new Extents(4)).ToArray());
            buffer.Dispose();
        }
    }

    [Fact]
    public void Launch_AfterTheFirst_AllocatesNothingAndDoesNotWait()
    {
        GpuDevice gpu = TestDevice.Instance;
        using Buffer buffer = gpu.Allocate(16);
        View<float> x = buffer.View<float>(new Extents(4));
        for (int i = 0; i < 3; i++)
            gpu.Launch(AddNumber, s_work, gpu.Array(x), 1f);
        long waits = gpu.Synchronizations;
        long before = GC.GetAllocatedBytesForCurrentThread();
        gpu.Launch(AddNumber, s_work, gpu.Array(x), 1f);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(waits, gpu.Synchronizations);
        // The simulator allocates, whatever is launched.
        if (!TestDevice.IsSimulated)
            Assert.Equal(0, allocated);
        Assert.Equal([4f, 4, 4, 4], x.ToArray());
    }

    [Fact]
    public void Launch_WithoutGroups_RunsNothing()
    {
        GpuDevice gpu = TestDevice.Instance;
        using Buffer buffer = gpu.Allocate(0);
        long before = gpu.Launches;
        gpu.Launch(AddNumber, Work.PerElement(0), gpu.Array(buffer.View<float>(new Extents(0))), 1f);
        Assert.Equal(before, gpu.Launches);
    }

    [Fact]
    public void Launch_OfWhatCannotBeCompiled_SaysWhichKernelAndLeavesOtherDevicesAlone()
    {
        using GpuDevice gpu = TestDevice.Create();
        using Buffer buffer = gpu.Allocate(16);
        ArrayView<float> x = gpu.Array(buffer.View<float>(new Extents(4)));
        DeviceException error = Assert.Throws<DeviceException>(() => gpu.Launch(WriteText, s_work, x, 1f));
        Assert.StartsWith($"{gpu.Name} cannot compile the kernel DeviceTests.WriteText: ", error.Message);
        error = Assert.Throws<DeviceException>(() => gpu.Launch(AddNumber, s_work, x, 1f));
        Assert.StartsWith($"{gpu.Name} cannot be used any more: ", error.Message);
        using GpuDevice other = TestDevice.Create();
        using Buffer elsewhere = other.Allocate(16);
        other.Launch(AddNumber, s_work, other.Array(elsewhere.View<float>(new Extents(4))), 1f);
        Assert.Equal([1f, 1, 1, 1], elsewhere.View<float>(new Extents(4)).ToArray());
    }

    [Fact]
    public void Launch_WithMoreThreadsThanAGroupHas_SaysWhichKernel()
    {
        GpuDevice gpu = TestDevice.Instance;
        using Buffer buffer = gpu.Allocate(16);
        ArrayView<float> x = gpu.Array(buffer.View<float>(new Extents(4)));
        DeviceException error = Assert.Throws<DeviceException>(() => gpu.Launch(AddNumber, Work.PerElement(4, group: 1 << 20), x, 1f));
        Assert.StartsWith($"{gpu.Name} refuses to run the kernel DeviceTests.AddNumber: ", error.Message);
        gpu.Launch(AddNumber, s_work, x, 1f);
        Assert.Equal([1f, 1, 1, 1], buffer.View<float>(new Extents(4)).ToArray());
    }

    [Fact]
    public void Dispose_Twice_DoesNothingAndBuffersMayFollow()
    {
        GpuDevice gpu = TestDevice.Create();
        Buffer own = gpu.Allocate(16);
        Buffer shared = gpu.AllocateShared(16);
        gpu.Export(own.View<float>(new Extents(4)), shared.View<float>(new Extents(4)));
        gpu.Dispose();
        gpu.Dispose();
        Assert.Throws<ObjectDisposedException>(() => gpu.Allocate(1));
        Assert.Throws<ObjectDisposedException>(() => gpu.AllocateShared(1));
        Assert.Throws<ObjectDisposedException>(gpu.Synchronize);
        Assert.Throws<ObjectDisposedException>(() => own.Read(0, new byte[1]));
        Assert.Throws<ObjectDisposedException>(() => gpu.Launch(AddNumber, s_work, default(ArrayView<float>), 1f));
        own.Dispose();
        shared.Dispose();
    }

    private static void AddNumber(ArrayView<float> x, float number) => x[GpuIndex.Element] += number;

    private static void WriteText(ArrayView<float> x, float number) => x[GpuIndex.Element] = $"{number}".Length;
}
