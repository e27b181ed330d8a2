using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using MoECompiler.Generators.Tests.Support;
using Xunit;

namespace MoECompiler.Generators.Tests.Emission;

/// <summary>The tutorial's model and programs compile as they stand on the page, without a warning.</summary>
public partial class TutorialTests
{
    [Fact]
    public void Tutorial_EachProgram_Compiles()
    {
        string[] blocks = [.. Block().Matches(File.ReadAllText(Document())).Select(static m => m.Groups["code"].Value)];
        Assert.Equal(3, blocks.Length);
        // A library has no statements of its own: each program is a method here, its usings before it.
        string program = $$"""
            using MoECompiler.Data;
            using MoECompiler.Training;
            public static class Shown
            {
                public static void Train()
                {
            {{string.Join('\n', blocks[1].Split('\n').Where(static line => !line.StartsWith("using MoECompiler", StringComparison.Ordinal)))}}
                }

                public static void Use()
                {
            {{blocks[2]}}
                }
            }
            """;
        GeneratorRun run = GeneratorRun.Of(blocks[0], program);
        Assert.Empty(run.Diagnostics);
        Assert.Empty(run.Output.GetDiagnostics().Where(static d => d.Severity >= DiagnosticSeverity.Warning));
    }

    /// <summary>What the page says of a wrong shape is what the compiler says.</summary>
    [Fact]
    public void Tutorial_WrongShape_IsSaidAsOnThePage()
    {
        string page = File.ReadAllText(Document());
        string model = Block().Match(page).Groups["code"].Value;
        GeneratorRun run = GeneratorRun.Of(model.Replace("[Linear(Width, Arms)]", "[Linear(Inner, Arms)]", StringComparison.Ordinal));
        Diagnostic error = Assert.Single(run.Diagnostics);
        Assert.Contains($"{error.Id}: {error.GetMessage()}", page, StringComparison.Ordinal);
    }

    private static string Document([CallerFilePath] string caller = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(caller)!, "../../../docs/tutorial.md"));

    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
