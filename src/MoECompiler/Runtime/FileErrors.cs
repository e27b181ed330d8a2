using System.Security;

namespace MoECompiler;

/// <summary>Which exceptions say that a file cannot be opened, read or written, rather than that the code is wrong.</summary>
internal static class FileErrors
{
    /// <summary>Whether the file system or the path is at fault.</summary>
    /// <remarks>The file system calls give ArgumentException for a malformed path and NotSupportedException for what is no regular
    /// file.</remarks>
    public static bool Has(Exception exception)
        => exception is IOException or UnauthorizedAccessException or SecurityException or NotSupportedException or ArgumentException;
}
