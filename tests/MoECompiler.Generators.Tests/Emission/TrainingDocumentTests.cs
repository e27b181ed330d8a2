using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using MoECompiler.Generators.Tests.Support;
using Xunit;

namespace MoECompiler.Generators.Tests.Emission;

/// <summary>The model and the program on the page of trainings compile as they stand there, without a warning.</summary>
public partial class TrainingDocumentTests
{
    [Fact]
    public void TrainingDocument_EachBlock_Compiles()
    {
        string[] blocks = [.. Block().Matches(File.ReadAllText(Document())).Select(static m => m.Groups["code"].Value)];
        Assert.Equal(2, blocks.Length);
        string program = $$"""
            using MoECompiler.Data;
            using MoECompiler.Training;
            public static class Shown
            {
                public static void Train()
                {
            {{blocks[1]}}
                }
            }
            """;
        GeneratorRun run = GeneratorRun.Of(blocks[0], program);
        Assert.Empty(run.Diagnostics);
        Assert.Empty(run.Output.GetDiagnostics().Where(static d => d.Severity >= DiagnosticSeverity.Warning));
    }

    private static string Document([CallerFilePath] string caller = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(caller)!, "../../../docs/training.md"));

    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
