using Microsoft.CodeAnalysis.CSharp;

namespace MoECompiler.Generators.Lowering;

/// <summary>Words that cannot be the name of a local in emitted code.</summary>
internal static class CSharpWords
{
    /// <summary>The name as an identifier.</summary>
    public static string Escape(string name) => All.Contains(name) ? "@" + name : name;

    public static IReadOnlyList<string> All { get; } = [.. SyntaxFacts.GetReservedKeywordKinds().Select(SyntaxFacts.GetText)];
}
