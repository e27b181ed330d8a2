using System.Runtime.InteropServices;

namespace MoECompiler;

/// <summary>
/// Pages of 2 MiB: rows that lie anywhere in a large table are found without a walk through the tables of pages for each. Linux gives them to whom asks;
/// other systems are not asked.
/// </summary>
internal static unsafe partial class LargePages
{
    public const int Bytes = 2 << 20;

    /// <summary>MADV_HUGEPAGE of madvise(2), the same number on all of Linux's architectures that .NET runs on.</summary>
    private const int HugePage = 14;

    /// <summary>Asks for large pages, before anything is written; where there are none all is as it was.</summary>
    public static void Ask(void* memory, long bytes)
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            _ = Advise(memory, (nuint)bytes, HugePage);
        }
        // A system with a library of C by another name.
        catch (Exception error) when (error is DllNotFoundException or EntryPointNotFoundException)
        {
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* memory, nuint bytes, int advice);
}
