namespace MoECompiler;

/// <summary>The arguments of a launch by their number, with what ILGPU has for so many.</summary>
public abstract partial class GpuDevice
{
    private interface ICall
    {
        /// <summary>What launches the compiled kernel.</summary>
        Delegate Launcher(Kernel kernel);

        void Launch(Delegate launcher, AcceleratorStream stream, KernelConfig config);
    }

    private readonly struct Call<T1>(T1 a1) : ICall
        where T1 : struct
    {
        public Delegate Launcher(Kernel kernel) => kernel.CreateLauncherDelegate<Action<AcceleratorStream, KernelConfig, T1>>();

        public void Launch(Delegate launcher, AcceleratorStream stream, KernelConfig config) =>
            ((Action<AcceleratorStream, KernelConfig, T1>)launcher)(stream, config, a1);
    }

    private readonly struct Call<T1, T2>(T1 a1, T2 a2) : ICall
        where T1 : struct where T2 : struct
    {
        public Delegate Launcher(Kernel kernel) => kernel.CreateLauncherDelegate<Action<AcceleratorStream, KernelConfig, T1, T2>>();

        public void Launch(Delegate launcher, AcceleratorStream stream, KernelConfig config) =>
            ((Action<AcceleratorStream, KernelConfig, T1, T2>)launcher)(stream, config, a1, a2);
    }

    private readonly struct Call<T1, T2, T3>(T1 a1, T2 a2, T3 a3) : ICall
        where T1 : struct where T2 : struct where T3 : struct
    {
        public Delegate Launcher(Kernel kernel) => kernel.CreateLauncherDelegate<Action<AcceleratorStream, KernelConfig, T1, T2, T3>>();

        public void Launch(Delegate launcher, AcceleratorStream stream, KernelConfig config) =>
            ((Action<AcceleratorStream, KernelConfig, T1, T2, T3>)launcher)(stream, config, a1, a2, a3);
    }

    private readonly struct Call<T1, T2, T3, T4>(T1 a1, T2 a2, T3 a3, T4 a4) : ICall
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct
    {
        public Delegate Launcher(Kernel kernel) => kernel.CreateLauncherDelegate<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4>>();

        public void Launch(Delegate launcher, AcceleratorStream stream, KernelConfig config) =>
            ((Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4>)launcher)(stream, config, a1, a2, a3, a4);
    }

    private readonly struct Call<T1, T2, T3, T4, T5>(T1 a1, T2 a2, T3 a3, T4 a4, T5 a5) : ICall
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
    {
        public Delegate Launcher(Kernel kernel) => kernel.CreateLauncherDelegate<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5>>();

        public void Launch(Delegate launcher, AcceleratorStream stream, KernelConfig config) =>
            ((Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5>)launcher)(stream, config, a1, a2, a3, a4, a5);
    }

    private readonly struct Call<T1, T2, T3, T4, T5, T6>(T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6) : ICall
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct
    {
        public Delegate Launcher(Kernel kernel) => kernel.CreateLauncherDelegate<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6>>();

        public void Launch(Delegate launcher, AcceleratorStream stream, KernelConfig config) =>
            ((Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6>)launcher)(stream, config, a1, a2, a3, a4, a5, a6);
    }

    private readonly struct Call<T1, T2, T3, T4, T5, T6, T7>(T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7) : ICall
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct
    {
        public Delegate Launcher(Kernel kernel) => kernel.CreateLauncherDelegate<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7>>();

        public void Launch(Delegate launcher, AcceleratorStream stream, KernelConfig config) =>
            ((Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7>)launcher)(stream, config, a1, a2, a3, a4, a5, a6, a7);
    }

    private readonly struct Call<T1, T2, T3, T4, T5, T6, T7, T8>(T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7, T8 a8) : ICall
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct where T8 : struct
    {
        public Delegate Launcher(Kernel kernel) => kernel.CreateLauncherDelegate<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8>>();

        public void Launch(Delegate launcher, AcceleratorStream stream, KernelConfig config) =>
            ((Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8>)launcher)(stream, config, a1, a2, a3, a4, a5, a6, a7, a8);
    }

    private readonly struct Call<T1, T2, T3, T4, T5, T6, T7, T8, T9>(T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7, T8 a8, T9 a9) : ICall
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct where T8 : struct where T9 : struct
    {
        public Delegate Launcher(Kernel kernel) => kernel.CreateLauncherDelegate<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9>>();

        public void Launch(Delegate launcher, AcceleratorStream stream, KernelConfig config) =>
            ((Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9>)launcher)(stream, config, a1, a2, a3, a4, a5, a6, a7, a8, a9);
    }

    private readonly struct Call<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>(T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7, T8 a8, T9 a9, T10 a10) : ICall
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct
    {
        public Delegate Launcher(Kernel kernel) => kernel.CreateLauncherDelegate<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>>();

        public void Launch(Delegate launcher, AcceleratorStream stream, KernelConfig config) =>
            ((Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>)launcher)(stream, config, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10);
    }

    private readonly struct Call<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>(T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7, T8 a8, T9 a9, T10 a10, T11 a11) : ICall
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct
    {
        public Delegate Launcher(Kernel kernel) => kernel.CreateLauncherDelegate<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>>();

        public void Launch(Delegate launcher, AcceleratorStream stream, KernelConfig config) =>
            ((Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>)launcher)(stream, config, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11);
    }

    private readonly struct Call<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>(T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7, T8 a8, T9 a9, T10 a10, T11 a11, T12 a12) : ICall
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct
    {
        public Delegate Launcher(Kernel kernel) => kernel.CreateLauncherDelegate<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>>();

        public void Launch(Delegate launcher, AcceleratorStream stream, KernelConfig config) =>
            ((Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>)launcher)(stream, config, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12);
    }

    private readonly struct Call<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>(T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7, T8 a8, T9 a9, T10 a10, T11 a11, T12 a12, T13 a13) : ICall
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct where T13 : struct
    {
        public Delegate Launcher(Kernel kernel) => kernel.CreateLauncherDelegate<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>>();

        public void Launch(Delegate launcher, AcceleratorStream stream, KernelConfig config) =>
            ((Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>)launcher)(stream, config, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13);
    }

    private readonly struct Call<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>(T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7, T8 a8, T9 a9, T10 a10, T11 a11, T12 a12, T13 a13, T14 a14) : ICall
        where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct where T7 : struct where T8 : struct where T9 : struct where T10 : struct where T11 : struct where T12 : struct where T13 : struct where T14 : struct
    {
        public Delegate Launcher(Kernel kernel) => kernel.CreateLauncherDelegate<Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>>();

        public void Launch(Delegate launcher, AcceleratorStream stream, KernelConfig config) =>
            ((Action<AcceleratorStream, KernelConfig, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>)launcher)(stream, config, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14);
    }
}
