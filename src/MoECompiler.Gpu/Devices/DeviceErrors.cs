using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace MoECompiler;

/// <summary>What drivers complain of, in words.</summary>
internal static class DeviceErrors
{
    /// <summary>Whether there was not enough memory, rather than no device any more.</summary>
    public static bool IsOutOfMemory(Exception error) => error switch
    {
        OutOfMemoryException => true,
        CudaException cuda => cuda.Error == nameof(CudaError.CUDA_ERROR_OUT_OF_MEMORY),
        CLException opencl => opencl.Error
            is CLError.CL_MEM_OBJECT_ALLOCATION_FAILURE or CLError.CL_OUT_OF_RESOURCES or CLError.CL_OUT_OF_HOST_MEMORY or CLError.CL_INVALID_BUFFER_SIZE,
        _ => false,
    };

    /// <summary>ILGPU's exceptions of OpenCL have their number beside the message, not in it.</summary>
    public static string Describe(Exception error) => error switch
    {
        CLException opencl => $"{opencl.Error}",
        TypeInitializationException { InnerException: { } inner } => Describe(inner),
        _ => error.Message,
    };
}
