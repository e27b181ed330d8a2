using ILGPU.Runtime.OpenCL;

namespace MoECompiler;

/// <summary>What drivers complain of, in words.</summary>
internal static class DeviceErrors
{
    /// <summary>ILGPU's exceptions of OpenCL have their number beside the message, not in it.</summary>
    public static string Describe(Exception error) => error switch
    {
        CLException opencl => $"{opencl.Error}",
        TypeInitializationException { InnerException: { } inner } => Describe(inner),
        _ => error.Message,
    };
}
