namespace MoECompiler;

/// <summary>A context of ILGPU with an accelerator and its stream.</summary>
internal readonly record struct OpenedAccelerator(Context Context, Accelerator Accelerator, AcceleratorStream Stream)
{
    /// <param name="name">The device in the error.</param>
    /// <param name="devices">Adds the device to the context.</param>
    /// <param name="create">Makes the accelerator.</param>
    /// <exception cref="DeviceException">The driver refuses.</exception>
    public static OpenedAccelerator Open(string name, Action<Context.Builder> devices, Func<Context, Accelerator> create)
    {
        Context? context = null;
        try
        {
            context = GpuContext.Create(devices);
            Accelerator accelerator = create(context);
            return new OpenedAccelerator(context, accelerator, accelerator.CreateStream());
        }
        // Drivers err in ways of their own.
        catch (Exception error)
        {
            context?.Dispose();
            throw error as DeviceException ?? new DeviceException($"{name} cannot be opened: {DeviceErrors.Describe(error)}", error);
        }
    }
}
