namespace MoECompiler;

/// <summary>How all contexts of ILGPU are made.</summary>
internal static class GpuContext
{
    /// <summary>
    /// A context with the devices that <paramref name="devices"/> adds. At O2 loops lose their invariants, and OpenCL needs no generic
    /// address space.
    /// </summary>
    public static Context Create(Action<Context.Builder> devices)
    {
        DriverLibraries.Install();
        Context context = Context.Create(builder =>
        {
            builder.Optimize(OptimizationLevel.O2);
            devices(builder);
        });
        IntrinsicCode.Register(context);
        return context;
    }
}
