using System.Runtime.Intrinsics;

namespace MoECompiler;

/// <summary>How wide this machine's registers are.</summary>
internal static class LaneWidth
{
    public static string Description =>
        Vector512.IsHardwareAccelerated ? "512-bit SIMD" : Vector256.IsHardwareAccelerated ? "256-bit SIMD" : Vector128.IsHardwareAccelerated ? "128-bit SIMD" : "no SIMD";
}
