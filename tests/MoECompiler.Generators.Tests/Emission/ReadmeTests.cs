using System.Text.RegularExpressions;
using MoECompiler.Generators.Tests.Support;
using Xunit;

namespace MoECompiler.Generators.Tests.Emission;

/// <summary>What the READMEs declare compiles, and the emitted lines that they show are emitted.</summary>
public partial class ReadmeTests
{
    [Theory]
    [InlineData("README.md")]
    [InlineData("Package/README.md")]
    public void Readme_DeclaredModel_CompilesToTheLinesShown(string file)
    {
        string readme = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Sources", file));
        string[] blocks = [.. Block().Matches(readme).Select(static m => m.Groups["code"].Value)];
        GeneratorRun run = GeneratorRun.Of(blocks.Single(static b => b.StartsWith("[Model]", StringComparison.Ordinal)));
        Assert.Empty(run.Errors);
        Assert.Empty(run.Diagnostics);

        string emitted = string.Concat(run.Files.Values);
        IEnumerable<string> shown = blocks.Where(static b => b.Contains("Kernels.", StringComparison.Ordinal) || b.Contains("IEpilogue", StringComparison.Ordinal))
            .SelectMany(static b => b.Split('\n'))
            .Select(static line => line.Trim())
            .Where(static line => line.Length > 1 && line != "...");
        Assert.All(shown, line => Assert.Contains(line, emitted));
    }

    [Fact]
    public void Readme_DeclaredLayer_Compiles()
    {
        string readme = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Sources", "README.md"));
        string layer = Block().Matches(readme).Select(static m => m.Groups["code"].Value).Single(static b => b.StartsWith("[RoutedExperts", StringComparison.Ordinal));
        GeneratorRun run = GeneratorRun.Of($$"""
            [Model]
            public sealed partial class Net
            {
                [Size] public const int Width = 16, Inner = 8;

                {{layer}}

                [Forward]
                public Tensor Forward(Tensor x) => Layer.Forward(x);
            }
            """);
        Assert.Empty(run.Errors);
        Assert.Empty(run.Diagnostics);
    }

    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
