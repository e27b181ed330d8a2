using System.ComponentModel;
using System.Diagnostics;
using Xunit;

namespace MoECompiler.Tests.Support;

/// <summary>A fact that needs a Unix system, and where it says so a file system that it may mount for itself alone.</summary>
public sealed class MountFactAttribute : FactAttribute
{
    private static readonly Lazy<string[]?> s_command = new(Find);

    public MountFactAttribute(bool needsMount = true)
    {
        if (!OperatingSystem.IsLinux())
            Skip = "What the test asks of the system is Linux's.";
        else if (needsMount && s_command.Value is null)
            Skip = "This machine allows no mount namespace (unshare --mount, by root or by a user of its own).";
    }

    /// <summary>What runs a command where it may mount.</summary>
    public static IEnumerable<string> Command => s_command.Value!;

    private static string[]? Find()
    {
        string[][] commands = [["unshare", "--mount", "--propagation", "private"], ["unshare", "--user", "--map-root-user", "--mount"]];
        return commands.FirstOrDefault(static command => Succeeds([.. command, "mount", "-t", "tmpfs", "tmpfs", Path.GetTempPath()]));
    }

    private static bool Succeeds(string[] command)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
