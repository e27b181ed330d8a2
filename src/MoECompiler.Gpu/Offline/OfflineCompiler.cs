using System.Reflection;
using ILGPU.Backends;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace MoECompiler;

/// <summary>Compiles kernels to text for hardware that need not be there, by what compiles them when it is.</summary>
/// <remarks>After a kernel that cannot be compiled the compiler takes no other: ILGPU's context is spoiled. Make a new one.</remarks>
public sealed class OfflineCompiler : IDisposable
{
    private readonly Context _context;
    private readonly Backend _backend;

    private OfflineCompiler(Func<Context, Backend> backend)
    {
        _context = GpuContext.Create(static builder => builder.DefaultCPU());
        _backend = backend(_context);
    }

    /// <summary>PTX for a compute capability such as 8.0.</summary>
    /// <remarks>ILGPU knows targets up to 8.0; drivers translate them for what is newer.</remarks>
    public static OfflineCompiler Ptx(int major, int minor) =>
        new(context => new PTXBackend(context, new CudaArchitecture(major, minor), CudaInstructionSet.ISA_84, null!));

    /// <summary>OpenCL C 3.0.</summary>
    public static OfflineCompiler OpenCl() => new(static context => new CLBackend(
        context,
        new CLCapabilityContext(
            genericAddressSpace: true, float16: true, float64: true, int64_Atomics: true, subGroups: false),
        CLDeviceVendor.Other,
        CLCVersion.CL30));

    /// <summary>The text of a kernel.</summary>
    /// <exception cref="DeviceException">ILGPU cannot compile it.</exception>
    public string Compile(MethodInfo kernel)
    {
        try
        {
            return _backend.Compile(EntryPointDescription.FromExplicitlyGroupedKernel(kernel), default) switch
            {
                PTXCompiledKernel ptx => ptx.PTXAssembly,
                CLCompiledKernel openCl => openCl.Source,
                CompiledKernel other => throw new NotSupportedException(other.GetType().Name),
            };
        }
        catch (Exception error)
        {
            throw new DeviceException($"The kernel {kernel.DeclaringType?.Name}.{kernel.Name} cannot be compiled: {error.Message}", error);
        }
    }

    public void Dispose()
    {
        _backend.Dispose();
        _context.Dispose();
    }
}
