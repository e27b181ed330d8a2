using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace MoECompiler.Ops;

/// <summary>Hints to fetch memory that is about to be used. Any address will do: one that does not exist is ignored.</summary>
internal static unsafe class Cache
{
    private const int LineBytes = 64;

    /// <summary>How many elements a cache line has.</summary>
    public static int Line<T>() where T : unmanaged => LineBytes / sizeof(T);

    /// <summary>Into the first-level cache.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Fetch(void* address)
    {
        if (Sse.IsSupported)
            Sse.Prefetch0(address);
    }
}
