using ILGPU.IR.Intrinsics;

namespace MoECompiler;

/// <summary>
/// What kernels need of a device and ILGPU does not offer. What is written here runs on the simulated device; <see cref="IntrinsicCode"/>
/// has the text for the others.
/// </summary>
public static partial class Intrinsics
{
    /// <summary>left * right + addend, rounded once.</summary>
    [IntrinsicImplementation]
    public static float FusedMultiplyAdd(float left, float right, float addend) => MathF.FusedMultiplyAdd(left, right, addend);

    /// <summary>The nearest integer, halves to the even one; of numbers below 2^22.</summary>
    /// <remarks>
    /// Not a sum and a difference in C#: ILGPU makes one constant of those that are added or taken off one after the other, whatever is
    /// rounded in between.
    /// </remarks>
    [IntrinsicImplementation]
    public static float Round(float value) => MathF.Round(value);

    /// <summary>Waits for the threads of the group, and makes what they wrote to shared and to global memory visible to each other.</summary>
    [IntrinsicImplementation]
    public static void Barrier() => Group.Barrier();
}
