using System.Runtime.CompilerServices;
using ILGPU.Backends;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.OpenCL;
using ILGPU.Runtime.OpenCL;
using Driver = ILGPU.Runtime.OpenCL.CLAccelerator;

namespace MoECompiler;

/// <summary>What an OpenCL driver offers: GPUs of AMD, Intel and others, and processors.</summary>
public sealed class OpenClDevice : GpuDevice
{
    private readonly Driver _driver;

    /// <summary>The first device that can be used, GPUs before processors.</summary>
    /// <exception cref="DeviceException">There is none, or its driver refuses.</exception>
    public OpenClDevice() : this(First())
    {
    }

    /// <param name="index">The number of the device in the order of <see cref="GpuDevices.Probe"/>.</param>
    /// <exception cref="DeviceException">There is no such device, it lacks something, or its driver refuses.</exception>
    public OpenClDevice(int index) : this(Open(index))
    {
    }

    private OpenClDevice(OpenedAccelerator opened) : this(opened, (Driver)opened.Accelerator, OpenClProbe.IsProcessor(((Driver)opened.Accelerator).Device))
    {
    }

    private OpenClDevice(OpenedAccelerator opened, Driver driver, bool isProcessor)
        : base(opened, new DeviceTraits(GpuKind.OpenCl, isProcessor, ComputeCapability: 0, driver.NumMultiprocessors))
    {
        _driver = driver;
        Name = $"{driver.Name}, OpenCL";
        MaximumBufferBytes = driver.Device.GetDeviceInfo<long>(CLDeviceInfoType.CL_DEVICE_MAX_MEM_ALLOC_SIZE);
    }

    /// <summary>The first device, given the kernels of a GPU even if it is a processor: for tests of those where no GPU is.</summary>
    /// <exception cref="DeviceException">There is none, or its driver refuses.</exception>
    internal static OpenClDevice OfThreads()
    {
        OpenedAccelerator opened = Open(First());
        return new OpenClDevice(opened, (Driver)opened.Accelerator, isProcessor: false);
    }

    public override string Name { get; }

    public override long MemoryBytes => _driver.MemorySize;

    private protected override long MaximumBufferBytes { get; }

    /// <summary>Drivers keep what they compiled by its text, so the text of a kernel is always the same.</summary>
    private protected override CompiledKernel ForDriver(CompiledKernel kernel)
    {
        CLCompiledKernel given = (CLCompiledKernel)kernel;
        return new CLCompiledKernel(given.Context, (SeparateViewEntryPoint)EntryPointOf(kernel), given.Info, KernelNumbers.Renumber(given.Source), given.CVersion);
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_EntryPoint")]
    private static extern EntryPoint EntryPointOf(CompiledKernel kernel);

    /// <remarks>ILGPU's own copies take all that the host's buffer has, whatever part of it is asked for.</remarks>
    private protected override void EnqueueCopyIn(MemoryBuffer memory, long offset, nint host, long bytes) =>
        CLException.ThrowIfFailed(CLAPI.CurrentAPI.WriteBuffer(Stream, memory.NativePtr, false, (nint)offset, (nint)bytes, host));

    private protected override void EnqueueCopyOut(MemoryBuffer memory, long offset, nint host, long bytes) =>
        CLException.ThrowIfFailed(CLAPI.CurrentAPI.ReadBuffer(Stream, memory.NativePtr, false, (nint)offset, (nint)bytes, host));

    private static int First()
    {
        IReadOnlyList<GpuDescription> found = OpenClProbe.Run();
        return found.Where(static device => device.IsUsable).OrderBy(static device => device.IsProcessor).FirstOrDefault()?.Index
            ?? throw new DeviceException($"There is no device of OpenCL that can be used: {string.Join(", ", found)}.");
    }

    private static OpenedAccelerator Open(int index)
    {
        IReadOnlyList<GpuDescription> found = OpenClProbe.Run();
        GpuDescription description = found.FirstOrDefault(device => device.Index == index)
            ?? throw new DeviceException($"There is no device {GpuDescription.Word(GpuKind.OpenCl)}:{index}; there are: {string.Join(", ", found)}.");
        if (description.PassedOver is { } reason)
            throw new DeviceException($"{description.Name}, OpenCL cannot be used: {reason}.");
        (nint platform, nint device) = OpenClProbe.Find()[index];
        return OpenedAccelerator.Open(
            $"{description.Name}, OpenCL",
            static builder => builder.OpenCL(static _ => false),
            context => new CLDevice(platform, device).CreateCLAccelerator(context));
    }
}
