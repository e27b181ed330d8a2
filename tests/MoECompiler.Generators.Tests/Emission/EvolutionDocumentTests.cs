using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using MoECompiler.Generators.Tests.Support;
using Xunit;

namespace MoECompiler.Generators.Tests.Emission;

/// <summary>The code on <c>docs/evolution.md</c> compiles, and the model has the files that the page names.</summary>
public partial class EvolutionDocumentTests
{
    [Fact]
    public void Document_EachBlock_Compiles()
    {
        string[] blocks = [.. Block().Matches(File.ReadAllText(Document())).Select(static m => m.Groups["code"].Value)];
        Assert.Equal(2, blocks.Length);
        GeneratorRun run = GeneratorRun.Of(blocks[0], $"using MoECompiler.Checkpoints;\npublic static class Shown {{ public static void Run() {{ {blocks[1]} }} }}");
        Assert.Empty(run.Diagnostics);
        Assert.Empty(run.Output.GetDiagnostics().Where(static d => d.Severity >= DiagnosticSeverity.Warning));
        foreach (string file in (string[])["Grown.Train.g.cs", "Grown.Base.Train.g.cs", "Grown.Dense.Train.g.cs", "Grown.Base.Forward.g.cs", "Grown.Dense.Forward.g.cs"])
            Assert.Contains(run.Output.SyntaxTrees, tree => Path.GetFileName(tree.FilePath) == file);
    }

    private static string Document([CallerFilePath] string caller = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(caller)!, "../../../docs/evolution.md"));

    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
