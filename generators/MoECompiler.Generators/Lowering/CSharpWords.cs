using Microsoft.CodeAnalysis.CSharp;

namespace MoECompiler.Generators.Lowering;

/// <summary>Words that cannot be the name of a local in emitted code.</summary>
internal static class CSharpWords
{
    public static IReadOnlyList<string> All { get; } = [.. SyntaxFacts.GetReservedKeywordKinds().Select(SyntaxFacts.GetText)];
}
