namespace MoECompiler;

/// <summary>Launches: a kernel is compiled when it is first launched, and launched without allocation from then on.</summary>
public abstract partial class GpuDevice
{
    /// <summary>Runs a kernel after everything that was asked before; does not wait for it.</summary>
    /// <param name="kernel">A static method over values and views.</param>
    /// <param name="work">How often, and what it costs.</param>
    /// <exception cref="DeviceException">The device cannot compile the kernel, or refuses the launch.</exception>
    public void Launch<T1>(Action<T1> kernel, Work work, T1 a1)
        where T1 : struct
    {
        if (!Begin(kernel, work))
            return;
        if (!_launchers.TryGetValue(kernel, out Delegate? launcher))
            launcher = Load(kernel, static (accelerator, kernel) => accelerator.LoadKernel((Action<T1>)kernel));
        ((Action<AcceleratorStream, KernelConfig, T1>)launcher)(_stream, work.Config, a1);
        End();
    }

    /// <inheritdoc cref="Launch{T1}"/>
    public void Launch<T1, T2>(Action<T1, T2> kernel, Work work, T1 a1, T2 a2)
        where T1 : struct where T2 : struct
    {
        if (!Begin(kernel, work))
            return;
        if (!_launchers.TryGetValue(kernel, out Delegate? launcher))
            launcher = Load(kernel, static (accelerator, kernel) => accelerator.LoadKernel((Action<T1, T2>)kernel));
        ((Action<AcceleratorStream, KernelConfig, T1, T2>)launcher)(_stream, work.Config, a1, a2);
        End();
    }

    /// <inheritdoc cref="Launch{T1}"/>
    public void Launch<T1, T2, T3>(Action<T1, T2, T3> kernel, Work work, T1 a1, T2 a2, T3 a3)
        where T1 : struct where T2 : struct where T3 : struct
    {
        if (!Begin(kernel, work))
            return;
        if (!_launchers.TryGetValue(kernel, out Delegate? launcher))
            launcher = Load(kernel, static (accelerator, kernel) => accelerator.LoadKernel((Action<T1, T2, T3>)kernel));
        ((Action<AcceleratorStream, KernelConfig, T1, T2, T3>)launcher)(_stream, work.Config, a1, a2, a3);
        End();
    }

    /// <inheritdoc cref="Launch{T1}"/>
    public void Launch<T1, T2, T3, T4>(Action<T1, T2, T3, T4> kernel, Work work, T1 a1, T2 a2, T3 a3, T4 a4)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct
    {
        if (!Begin(kernel, work))
            return;
        if (!_launchers.TryGetValue(kernel, out Delegate? launcher))
            launcher = Load(kernel, static (accelerator, kernel) => accelerator.LoadKernel((Action<T1, T2, T3, T4>)kernel));
        ((Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4>)launcher)(_stream, work.Config, a1, a2, a3, a4);
        End();
    }

    /// <inheritdoc cref="Launch{T1}"/>
    public void Launch<T1, T2, T3, T4, T5>(Action<T1, T2, T3, T4, T5> kernel, Work work, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
    {
        if (!Begin(kernel, work))
            return;
        if (!_launchers.TryGetValue(kernel, out Delegate? launcher))
            launcher = Load(kernel, static (accelerator, kernel) => accelerator.LoadKernel((Action<T1, T2, T3, T4, T5>)kernel));
        ((Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5>)launcher)(_stream, work.Config, a1, a2, a3, a4, a5);
        End();
    }

    /// <inheritdoc cref="Launch{T1}"/>
    public void Launch<T1, T2, T3, T4, T5, T6>(Action<T1, T2, T3, T4, T5, T6> kernel, Work work, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct
    {
        if (!Begin(kernel, work))
            return;
        if (!_launchers.TryGetValue(kernel, out Delegate? launcher))
            launcher = Load(kernel, static (accelerator, kernel) => accelerator.LoadKernel((Action<T1, T2, T3, T4, T5, T6>)kernel));
        ((Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6>)launcher)(_stream, work.Config, a1, a2, a3, a4, a5, a6);
        End();
    }

    /// <inheritdoc cref="Launch{T1}"/>
    public void Launch<T1, T2, T3, T4, T5, T6, T7>(Action<T1, T2, T3, T4, T5, T6, T7> kernel, Work work, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
    {
        if (!Begin(kernel, work))
            return;
        if (!_launchers.TryGetValue(kernel, out Delegate? launcher))
            launcher = Load(kernel, static (accelerator, kernel) => accelerator.LoadKernel((Action<T1, T2, T3, T4, T5, T6, T7>)kernel));
        ((Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7>)launcher)(_stream, work.Config, a1, a2, a3, a4, a5, a6, a7);
        End();
    }

    /// <inheritdoc cref="Launch{T1}"/>
    public void Launch<T1, T2, T3, T4, T5, T6, T7, T8>(Action<T1, T2, T3, T4, T5, T6, T7, T8> kernel, Work work, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7, T8 a8)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct where T8 : struct
    {
        if (!Begin(kernel, work))
            return;
        if (!_launchers.TryGetValue(kernel, out Delegate? launcher))
            launcher = Load(kernel, static (accelerator, kernel) => accelerator.LoadKernel((Action<T1, T2, T3, T4, T5, T6, T7, T8>)kernel));
        ((Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8>)launcher)(_stream, work.Config, a1, a2, a3, a4, a5, a6, a7, a8);
        End();
    }

    /// <inheritdoc cref="Launch{T1}"/>
    public void Launch<T1, T2, T3, T4, T5, T6, T7, T8, T9>(Action<T1, T2, T3, T4, T5, T6, T7, T8, T9> kernel, Work work, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7, T8 a8, T9 a9)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct where T8 : struct where T9 : struct
    {
        if (!Begin(kernel, work))
            return;
        if (!_launchers.TryGetValue(kernel, out Delegate? launcher))
            launcher = Load(kernel, static (accelerator, kernel) => accelerator.LoadKernel((Action<T1, T2, T3, T4, T5, T6, T7, T8, T9>)kernel));
        ((Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9>)launcher)(_stream, work.Config, a1, a2, a3, a4, a5, a6, a7, a8, a9);
        End();
    }

    /// <inheritdoc cref="Launch{T1}"/>
    public void Launch<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>(Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10> kernel, Work work, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7, T8 a8, T9 a9, T10 a10)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct
    {
        if (!Begin(kernel, work))
            return;
        if (!_launchers.TryGetValue(kernel, out Delegate? launcher))
            launcher = Load(kernel, static (accelerator, kernel) => accelerator.LoadKernel((Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>)kernel));
        ((Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>)launcher)(_stream, work.Config, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10);
        End();
    }

    /// <inheritdoc cref="Launch{T1}"/>
    public void Launch<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>(Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11> kernel, Work work, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7, T8 a8, T9 a9, T10 a10, T11 a11)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct
    {
        if (!Begin(kernel, work))
            return;
        if (!_launchers.TryGetValue(kernel, out Delegate? launcher))
            launcher = Load(kernel, static (accelerator, kernel) => accelerator.LoadKernel((Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>)kernel));
        ((Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>)launcher)(_stream, work.Config, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11);
        End();
    }

    /// <inheritdoc cref="Launch{T1}"/>
    public void Launch<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>(Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12> kernel, Work work, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7, T8 a8, T9 a9, T10 a10, T11 a11, T12 a12)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct
    {
        if (!Begin(kernel, work))
            return;
        if (!_launchers.TryGetValue(kernel, out Delegate? launcher))
            launcher = Load(kernel, static (accelerator, kernel) => accelerator.LoadKernel((Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>)kernel));
        ((Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>)launcher)(_stream, work.Config, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12);
        End();
    }

    /// <inheritdoc cref="Launch{T1}"/>
    public void Launch<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>(Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13> kernel, Work work, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7, T8 a8, T9 a9, T10 a10, T11 a11, T12 a12, T13 a13)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct where T13 : struct
    {
        if (!Begin(kernel, work))
            return;
        if (!_launchers.TryGetValue(kernel, out Delegate? launcher))
            launcher = Load(kernel, static (accelerator, kernel) => accelerator.LoadKernel((Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>)kernel));
        ((Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>)launcher)(_stream, work.Config, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13);
        End();
    }

    /// <inheritdoc cref="Launch{T1}"/>
    public void Launch<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>(Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14> kernel, Work work, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7, T8 a8, T9 a9, T10 a10, T11 a11, T12 a12, T13 a13, T14 a14)
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct where T13 : struct where T14 : struct
    {
        if (!Begin(kernel, work))
            return;
        if (!_launchers.TryGetValue(kernel, out Delegate? launcher))
            launcher = Load(kernel, static (accelerator, kernel) => accelerator.LoadKernel((Action<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>)kernel));
        ((Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>)launcher)(_stream, work.Config, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14);
        End();
    }
}
