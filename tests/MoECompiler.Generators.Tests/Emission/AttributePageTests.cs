using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using MoECompiler.Generators.Tests.Support;
using Xunit;

namespace MoECompiler.Generators.Tests.Emission;

/// <summary>
/// The pages of <c>docs/attributes</c>: each attribute has one, with every argument; their examples compile, and take, give and hold what
/// the pages say. <c>MOE_ACCEPT=1 dotnet test</c> writes anew what is made of comments and examples.
/// </summary>
public sealed class AttributePageTests
{
    public static TheoryData<string> Names => [.. AttributePage.Attributes.Select(AttributePage.NameOf)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Page_SaysWhatTheAttributeAndItsExampleAre(string name)
    {
        string path = Path.Combine(Folder(), name + ".md"), page = File.ReadAllText(path);
        string remade = AttributePage.Remake(AttributePage.Attributes.Single(a => AttributePage.NameOf(a) == name), page);
        if (Environment.GetEnvironmentVariable("MOE_ACCEPT") == "1")
            File.WriteAllText(path, remade);
        Assert.Equal(remade, File.ReadAllText(path));
        Assert.StartsWith($"# [{name}]\n\n<!-- of", page, StringComparison.Ordinal);
        Assert.Contains($"({name}.md)", File.ReadAllText(Path.Combine(Folder(), "index.md")), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Page_Examples_CompileWithoutAWarning(string name)
    {
        IReadOnlyList<string> blocks = AttributePage.Blocks(File.ReadAllText(Path.Combine(Folder(), name + ".md")));
        Assert.NotEmpty(blocks);
        foreach (string block in blocks)
        {
            GeneratorRun run = GeneratorRun.Of(block);
            Assert.Empty(run.Diagnostics);
            Assert.Empty(run.Output.GetDiagnostics().Where(static d => d.Severity >= DiagnosticSeverity.Warning));
            Assert.Contains($"{name}", block, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Folder_HasNoPageOfWhatThereIsNot() => Assert.Equal(
        AttributePage.Attributes.Select(AttributePage.NameOf).Append("index").Order(StringComparer.Ordinal),
        Directory.GetFiles(Folder(), "*.md").Select(static f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal));

    private static string Folder([CallerFilePath] string caller = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(caller)!, "../../../docs/attributes"));
}
