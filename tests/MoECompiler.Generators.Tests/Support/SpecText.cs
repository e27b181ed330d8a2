using System.Globalization;
using Microsoft.CodeAnalysis;
using MoECompiler.Generators.Parsing;
using Xunit;

namespace MoECompiler.Generators.Tests.Support;

/// <summary>Specs in few words, for tests to read.</summary>
internal static class SpecText
{
    /// <summary>The spec of the class with this name; nothing may be wrong with it.</summary>
    public static ModelSpec Parse(string source, string name = "Net")
    {
        Compilation compilation = TestCompilation.Create(source);
        INamedTypeSymbol type = (INamedTypeSymbol)compilation.GetSymbolsWithName(name, SymbolFilter.Type).Single();
        ParsedModel parsed = ModelParser.Parse(type, compilation, default);
        Assert.True(parsed.Declaration.Spec is not null, string.Join("\n", parsed.Diagnostics.Select(static d => $"{d.Id}: {string.Join(", ", d.Arguments)}")));
        return parsed.Declaration.Spec;
    }

    /// <summary>The body of a method, a statement a line: <c>x = Add(x, Head.Forward(y))</c>.</summary>
    public static string Of(MethodSpec method) => string.Join("\n", method.Body.SelectMany(s => Lines(s, "")));

    private static IEnumerable<string> Lines(Statement statement, string indent) => statement switch
    {
        Statement.Assign assign => [$"{indent}{string.Join(", ", assign.Targets)} = {Of(assign.Value)}"],
        Statement.Return returned => [$"{indent}return {string.Join(", ", returned.Values.Select(Of))}"],
        Statement.ForEach loop => [$"{indent}foreach {loop.Variable} in {loop.Member}", .. loop.Body.SelectMany(s => Lines(s, indent + "    "))],
        _ => throw new ArgumentOutOfRangeException(nameof(statement)),
    };

    public static string Of(Expression expression) => expression switch
    {
        Expression.Local local => local.Name,
        Expression.Literal literal => literal.Value.ToString(CultureInfo.InvariantCulture) + "f",
        Expression.Integer integer => integer.Size.ToString(),
        Expression.Option option => option.Value,
        Expression.Call call => $"{call.Method}({string.Join(", ", call.Arguments.Select(static a => a.Name.Length == 0 ? Of(a.Value) : $"{a.Name}: {Of(a.Value)}"))})",
        Expression.Invoke invoke => $"{invoke.Member}.Forward({string.Join(", ", invoke.Arguments.Select(Of))})",
        _ => throw new ArgumentOutOfRangeException(nameof(expression)),
    };
}
