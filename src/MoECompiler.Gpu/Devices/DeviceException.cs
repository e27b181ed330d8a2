namespace MoECompiler;

/// <summary>A device failed: a kernel that it cannot compile, a launch that it refused, a driver that is gone.</summary>
public sealed class DeviceException : Exception
{
    public DeviceException(string message)
        : base(message)
    {
    }

    public DeviceException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
