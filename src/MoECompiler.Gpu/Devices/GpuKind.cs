namespace MoECompiler;

/// <summary>What runs a GPU program.</summary>
public enum GpuKind
{
    /// <summary>CUDA, of NVIDIA.</summary>
    Cuda,

    /// <summary>OpenCL: AMD, Intel, NVIDIA, and processors.</summary>
    OpenCl,

    /// <summary>ILGPU's own interpreter on the host: for tests at tiny sizes.</summary>
    Simulated,
}
