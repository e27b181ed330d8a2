using System.Runtime.CompilerServices;
using Xunit;

namespace MoECompiler.Generators.Tests.Support;

/// <summary>
/// Compares emitted files with those kept under <c>Snapshots/</c>, so that a change of what is emitted is read in the diff.
/// <c>MOE_ACCEPT=1 dotnet test</c> writes them anew.
/// </summary>
internal static class Snapshot
{
    private static readonly bool s_isAccepting = Environment.GetEnvironmentVariable("MOE_ACCEPT") == "1";

    /// <param name="run">What was emitted.</param>
    /// <param name="name">The folder under <c>Snapshots/</c>; it holds the files of this run and no others.</param>
    /// <param name="caller">Left out: where the test stands.</param>
    public static void Matches(GeneratorRun run, string name, [CallerFilePath] string caller = "") => Matches(name, run.Files, caller);

    /// <param name="name">The folder under <c>Snapshots/</c>; it holds these files and no others.</param>
    /// <param name="files">What was emitted.</param>
    /// <param name="caller">Left out: where the test stands.</param>
    public static void Matches(string name, IReadOnlyDictionary<string, string> files, [CallerFilePath] string caller = "")
    {
        string folder = Path.Combine(Root(caller), "Snapshots", name);
        if (s_isAccepting)
            Accept(files, folder);
        Assert.True(Directory.Exists(folder), $"There is no snapshot {name}; run the tests once with MOE_ACCEPT=1 and read what it writes.");
        Assert.Equal(
            files.Keys.Order(StringComparer.Ordinal),
            Directory.EnumerateFiles(folder).Select(static f => Path.GetFileName(f)).Order(StringComparer.Ordinal));
        foreach ((string file, string text) in files)
            Assert.Equal(File.ReadAllText(Path.Combine(folder, file)), text);
    }

    private static void Accept(IReadOnlyDictionary<string, string> files, string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        foreach ((string file, string text) in files)
            File.WriteAllText(Path.Combine(folder, file), text);
    }

    /// <summary>The project's folder: the one of the test that has a project file, or of a folder above it.</summary>
    private static string Root(string caller)
    {
        DirectoryInfo? folder = new(Path.GetDirectoryName(caller)!);
        while (folder is not null && folder.GetFiles("*.csproj").Length == 0)
            folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException($"No project above {caller}.");
    }
}
