using System.Runtime.CompilerServices;
using MoECompiler.Generators.Diagnostics;
using Xunit;

namespace MoECompiler.Generators.Tests.Diagnostics;

public sealed class ReleaseTests
{
    [Fact]
    public void ReleaseFiles_ListEachDiagnosticWithItsCategoryAndSeverity() => Assert.Equal(
        Descriptors.All.Select(static d => $"{d.Id} | {d.Category} | {d.DefaultSeverity} | {d.Title}").Order(StringComparer.Ordinal),
        new[] { "Shipped", "Unshipped" }.SelectMany(static f => File.ReadLines(Path.Combine(Folder(), $"AnalyzerReleases.{f}.md")))
            .Where(static line => line.StartsWith("MOE", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal));

    private static string Folder([CallerFilePath] string caller = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(caller)!, "../../../generators/MoECompiler.Generators/Diagnostics"));
}
