using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace MoECompiler.Ops;

/// <summary>Hints to fetch memory that is about to be used. Any address will do: one that does not exist is ignored.</summary>
internal static unsafe class Cache
{
    /// <summary>The floats of a cache line.</summary>
    public const int LineFloats = 16;

    /// <summary>Into the first-level cache.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Fetch(float* address)
    {
        if (Sse.IsSupported)
            Sse.Prefetch0(address);
    }
}
