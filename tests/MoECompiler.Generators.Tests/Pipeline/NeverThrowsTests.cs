using Microsoft.CodeAnalysis;
using MoECompiler.Generators.Tests.Support;
using Xunit;

namespace MoECompiler.Generators.Tests.Pipeline;

/// <summary>Whatever a user has typed so far, the generator neither throws nor finds a mistake of its own.</summary>
public sealed class NeverThrowsTests
{
    private const int Seed = 20_240_611;
    private const int Edits = 50;

    public static TheoryData<int> Sources => [.. Enumerable.Range(0, Samples.All.Length)];

    [Theory]
    [MemberData(nameof(Sources))]
    public void DeletedTokens_AreSurvived(int index) => Survives(index, static (random, tokens) =>
    {
        int start = random.Next(tokens.Count);
        tokens.RemoveRange(start, Math.Min(1 + random.Next(4), tokens.Count - start));
    });

    [Theory]
    [MemberData(nameof(Sources))]
    public void SwappedAndRepeatedTokens_AreSurvived(int index) => Survives(index, static (random, tokens) =>
    {
        (int a, int b) = (random.Next(tokens.Count), random.Next(tokens.Count));
        if (random.Next(2) == 0)
            (tokens[a], tokens[b]) = (tokens[b], tokens[a]);
        else
            tokens.Insert(a, tokens[b]);
    });

    private static void Survives(int index, Action<Random, List<string>> edit)
    {
        Random random = new(Seed + index);
        string[] sources = [.. Samples.All];
        List<string> tokens = [.. TestCompilation.Tree(sources[index], "").GetRoot().DescendantTokens().Select(static t => t.ToFullString())];
        Compilation compilation = TestCompilation.Create(sources);
        SyntaxTree tree = compilation.SyntaxTrees.ElementAt(1 + index);
        GeneratorRun run = GeneratorRun.Of(compilation);
        for (int i = 0; i < Edits; i++)
        {
            List<string> edited = [.. tokens];
            edit(random, edited);
            string source = string.Concat(edited);
            run = run.Again(compilation.ReplaceSyntaxTree(tree, TestCompilation.Tree(source, tree.FilePath)));
            Assert.True(run.Result.Exception is null, $"{run.Result.Exception}\n{source}");
            Diagnostic? own = run.Diagnostics.FirstOrDefault(static d => d.Id == "MOE9001");
            Assert.True(own is null, $"{own}\n{source}");
        }
    }
}
