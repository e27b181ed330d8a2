using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using MoECompiler.Generators.Tests.Support;
using Xunit;

namespace MoECompiler.Generators.Tests.Emission;

/// <summary>The code on the pages of how to add something compiles, and their links lead to what is there.</summary>
public partial class AddingDocumentTests
{
    /// <summary>Parts of routers are the compiler's own.</summary>
    [Fact]
    public void Router_EachPart_Compiles()
    {
        CSharpCompilation inside = TestCompilation.CreateInside(Blocks("add-a-router.md"));
        Assert.Equal(4, Blocks("add-a-router.md").Length);
        Assert.Empty(inside.GetDiagnostics().Where(static d => d.Severity >= DiagnosticSeverity.Warning));
    }

    [Fact]
    public void Device_ProviderAndItsUse_Compile()
    {
        string[] blocks = Blocks("add-a-device.md");
        Assert.Equal(2, blocks.Length);
        CSharpCompilation outside = TestCompilation.Create(blocks[0], $"public static class Shown {{ public static void Run() {{ {blocks[1]} }} }}");
        Assert.Empty(outside.GetDiagnostics().Where(static d => d.Severity >= DiagnosticSeverity.Warning));
    }

    public static TheoryData<string> Pages => [.. Directory.GetFiles(Folder(), "*.md", SearchOption.AllDirectories).Select(static f => Path.GetRelativePath(Folder(), f))];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Links_LeadSomewhere(string page)
    {
        string folder = Path.GetDirectoryName(Path.Combine(Folder(), page))!;
        foreach (Match match in Link().Matches(File.ReadAllText(Path.Combine(Folder(), page))))
        {
            string target = Path.Combine(folder, match.Groups["path"].Value);
            Assert.True(File.Exists(target) || Directory.Exists(target), $"{page} has a link to {match.Groups["path"].Value}, which is not there.");
        }
    }

    private static string[] Blocks(string page) => [.. Block().Matches(File.ReadAllText(Path.Combine(Folder(), page))).Select(static m => m.Groups["code"].Value)];

    private static string Folder([CallerFilePath] string caller = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(caller)!, "../../../docs"));

    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    /// <summary>To files of the repository; the part after # is a heading.</summary>
    [GeneratedRegex(@"\]\((?!https?:)(?<path>[^)#\s]+)(#[^)]*)?\)")]
    private static partial Regex Link();
}
