using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using MoECompiler.Generators.Tests.Support;
using Xunit;

namespace MoECompiler.Generators.Tests.Emission;

/// <summary>The code on <c>docs/adapters.md</c> compiles: the declarations, what is done with them one after another, and a further kind.</summary>
public partial class AdaptersDocumentTests
{
    private const string Usings = "using MoECompiler.Adapters; using MoECompiler.Data; using MoECompiler.Graphs; using MoECompiler.Ops; using MoECompiler.Training; using System.IO;\n";

    [Fact]
    public void Document_EachBlock_Compiles()
    {
        string[] blocks = [.. Block().Matches(File.ReadAllText(Document())).Select(static m => m.Groups["code"].Value)];
        string declared = string.Concat(blocks.Where(static b => b.StartsWith('[')));
        string kind = blocks.Single(static b => b.StartsWith("namespace", StringComparison.Ordinal));
        string[] used = [.. blocks.Where(b => !b.StartsWith('[') && b != kind)];
        Assert.Equal(7, used.Length);
        string program = $$"""
            {{Usings}}
            public static class Shown
            {
                public static void Run(Device device, DataLoader data, View<float> pixels, View<float> logits, int[] customers, int[] numbers)
                {
            {{string.Concat(used)}}
                }
            }
            """;
        GeneratorRun run = GeneratorRun.Of(declared, program, Usings + kind);
        Assert.Empty(run.Diagnostics);
        Assert.Empty(run.Output.GetDiagnostics().Where(static d => d.Severity >= DiagnosticSeverity.Warning));
    }

    private static string Document([CallerFilePath] string caller = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(caller)!, "../../../docs/adapters.md"));

    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
