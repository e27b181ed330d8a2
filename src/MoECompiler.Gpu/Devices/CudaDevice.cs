using ILGPU.Runtime.Cuda;
using Driver = ILGPU.Runtime.Cuda.CudaAccelerator;

namespace MoECompiler;

/// <summary>A GPU of NVIDIA, by its own driver.</summary>
public sealed class CudaDevice : GpuDevice
{
    private readonly Driver _driver;

    /// <param name="index">The number of the device in the driver's order.</param>
    /// <exception cref="DeviceException">There is no such device, its driver lacks something, or refuses.</exception>
    public CudaDevice(int index = 0) : this(Open(index))
    {
    }

    private CudaDevice(OpenedAccelerator opened) : this(opened, (Driver)opened.Accelerator)
    {
    }

    private CudaDevice(OpenedAccelerator opened, Driver driver)
        : base(opened, new DeviceTraits(
            GpuKind.Cuda, IsProcessor: false, driver.Architecture.Major * 10 + driver.Architecture.Minor, driver.NumMultiprocessors))
    {
        _driver = driver;
        Name = $"{driver.Name}, CUDA";
    }

    public override string Name { get; }

    public override long MemoryBytes => _driver.MemorySize;

    public override long FreeBytes
    {
        get
        {
            try
            {
                return _driver.GetFreeMemory();
            }
            catch (AcceleratorException)
            {
                return base.FreeBytes;
            }
        }
    }

    internal override IDisposable? LockPages(nint address, long bytes)
    {
        try
        {
            return _driver.CreatePageLockFromPinned<byte>(address, bytes);
        }
        // The host may lock no more: copies are slower then.
        catch (AcceleratorException)
        {
            return null;
        }
    }

    private protected override void EnqueueCopyIn(MemoryBuffer memory, long offset, nint host, long bytes) =>
        Copy(memory.NativePtr + (nint)offset, host, bytes);

    private protected override void EnqueueCopyOut(MemoryBuffer memory, long offset, nint host, long bytes) =>
        Copy(host, memory.NativePtr + (nint)offset, bytes);

    private void Copy(nint destination, nint source, long bytes)
    {
        using ScopedAcceleratorBinding bound = _driver.BindScoped();
        CudaException.ThrowIfFailed(CudaAPI.CurrentAPI.MemcpyAsync(destination, source, (nint)bytes, Stream));
    }

    private static OpenedAccelerator Open(int index)
    {
        IReadOnlyList<GpuDescription> found = CudaProbe.Run();
        GpuDescription description = found.FirstOrDefault(device => device.Index == index)
            ?? throw new DeviceException($"There is no device {GpuDescription.Word(GpuKind.Cuda)}:{index}; there are: {string.Join(", ", found)}.");
        if (description.PassedOver is { } reason)
            throw new DeviceException($"{description.Name}, CUDA cannot be used: {reason}.");
        return OpenedAccelerator.Open(
            $"{description.Name}, CUDA",
            builder => builder.Cuda(device => device.DeviceId == index),
            static context => context.GetCudaDevice(0).CreateCudaAccelerator(context));
    }
}
