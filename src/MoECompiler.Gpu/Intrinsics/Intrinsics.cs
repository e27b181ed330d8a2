namespace MoECompiler;

/// <summary>What kernels need of a device and ILGPU does not offer.</summary>
public static class Intrinsics
{
    /// <summary>left * right + addend.</summary>
    public static float FusedMultiplyAdd(float left, float right, float addend) => left * right + addend;

    /// <summary>Waits for the threads of the group, and makes what they wrote to shared memory visible to each other.</summary>
    public static void Barrier() => Group.Barrier();
}
