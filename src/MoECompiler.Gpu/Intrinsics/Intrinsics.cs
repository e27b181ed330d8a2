using ILGPU.IR.Intrinsics;

namespace MoECompiler;

/// <summary>
/// What kernels need of a device and ILGPU does not offer. What is written here runs on the simulated device; <see cref="IntrinsicCode"/>
/// has the text for the others.
/// </summary>
public static class Intrinsics
{
    /// <summary>left * right + addend, rounded once.</summary>
    [IntrinsicImplementation]
    public static float FusedMultiplyAdd(float left, float right, float addend) => MathF.FusedMultiplyAdd(left, right, addend);

    /// <summary>Waits for the threads of the group, and makes what they wrote to shared and to global memory visible to each other.</summary>
    [IntrinsicImplementation]
    public static void Barrier() => Group.Barrier();
}
