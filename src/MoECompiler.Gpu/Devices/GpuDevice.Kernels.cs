namespace MoECompiler;

/// <summary>What happens around a launch.</summary>
public abstract partial class GpuDevice
{
    private DeviceException? _failure;

    /// <summary>Told of each launch before it happens; answers whether it is to happen.</summary>
    internal ILaunchObserver? Observer { get; set; }

    /// <summary>Whether to launch: not what has no group to run, nor where an observer only takes notes.</summary>
    private bool Begin(Delegate kernel, Work work)
    {
        if (work.Grid.Size == 0)
            return false;
        if (_failure is not null)
            throw new DeviceException($"{Name} cannot be used any more: {_failure.Message}", _failure);
        Launches++;
        return Observer is null || Observer.Begin(kernel, work);
    }

    private void End() => Observer?.End();

    /// <summary>Compiles a kernel. ILGPU's context is not to be trusted after a failed compile, so neither is the device.</summary>
    private Delegate Load(Delegate kernel, Func<Accelerator, Delegate, Delegate> load)
    {
        try
        {
            return _launchers[kernel] = load(Accelerator, kernel);
        }
        catch (Exception error)
        {
            _failure = new DeviceException($"{Name} cannot compile the kernel {kernel.Method.DeclaringType?.Name}.{kernel.Method.Name}: {error.Message}", error);
            throw _failure;
        }
    }
}
