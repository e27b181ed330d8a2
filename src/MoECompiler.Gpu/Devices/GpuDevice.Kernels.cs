using System.Reflection;
using ILGPU.Backends;
using ILGPU.Backends.EntryPoints;

namespace MoECompiler;

/// <summary>What happens around a launch.</summary>
public abstract partial class GpuDevice
{
    private readonly Dictionary<Delegate, Delegate> _launchers = new(ReferenceEqualityComparer.Instance);

    /// <summary>What several launchers may share.</summary>
    private readonly Dictionary<MethodInfo, Kernel> _kernels = [];

    /// <summary>OpenCL keeps a kernel's arguments in the kernel: of two threads that launch, one waits.</summary>
    private readonly Lock _launching = new();

    private DeviceException? _failure;

    /// <summary>How many kernels were launched.</summary>
    public long Launches { get; private set; }

    /// <summary>Told of each launch before it happens; answers whether it is to happen.</summary>
    internal ILaunchObserver? Observer { get; set; }

    /// <summary>Launches, unless there is no group to run or an observer only takes notes.</summary>
    private void Run<TCall>(Delegate kernel, Work work, in TCall call) where TCall : struct, ICall
    {
        if (work.Grid.Size == 0)
            return;
        lock (_launching)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_failure is not null)
                throw new DeviceException($"{Name} cannot be used any more: {_failure.Message}", _failure);
            Launches++;
            if (Observer is not null && !Observer.Begin(kernel, work))
                return;
            if (!_launchers.TryGetValue(kernel, out Delegate? launcher))
                launcher = Load(kernel, call);
            try
            {
                call.Launch(launcher, _stream, work.Config);
            }
            // ILGPU has the latter for more groups or threads than the device takes.
            catch (Exception error) when (error is AcceleratorException or ArgumentOutOfRangeException)
            {
                throw Failed($"refuses to run the kernel {NameOf(kernel)}", error);
            }
            Observer?.End();
        }
    }

    /// <summary>Compiles a kernel. ILGPU's context is not to be trusted after a failed compile, so neither is the device.</summary>
    private Delegate Load<TCall>(Delegate kernel, in TCall call) where TCall : struct, ICall
    {
        try
        {
            if (!_kernels.TryGetValue(kernel.Method, out Kernel? loaded))
            {
                CompiledKernel compiled = Accelerator.CompileKernel(EntryPointDescription.FromExplicitlyGroupedKernel(kernel.Method));
                _kernels.Add(kernel.Method, loaded = Accelerator.LoadKernel(ForDriver(compiled)));
            }
            return _launchers[kernel] = call.Launcher(loaded);
        }
        // ILGPU has exceptions of many types for what it cannot compile, and drivers have theirs.
        catch (Exception error)
        {
            _failure = Failed($"cannot compile the kernel {NameOf(kernel)}", error);
            throw _failure;
        }
    }

    /// <summary>What the driver is given of what ILGPU has compiled.</summary>
    private protected virtual CompiledKernel ForDriver(CompiledKernel kernel) => kernel;

    private static string NameOf(Delegate kernel) => $"{kernel.Method.DeclaringType?.Name}.{kernel.Method.Name}";
}
