using MoECompiler.Generators.Lowering;
using MoECompiler.Generators.Parsing;

namespace MoECompiler.Generators.Emission;

/// <summary>Emits <c>X.Module.g.cs</c>: the members of a [Module] and the constructor that a model gives them to.</summary>
internal static class ModuleFile
{
    public static SourceFile Emit(DeclaredClass module)
    {
        SourceWriter writer = SourceHeader.Begin(module.Namespace, ["global::MoECompiler"], $"{module.Name}: the members of the module.");
        writer.Open(module.Heads[0]);
        writer.Summary("The module with its members, each with the weights that a model has made for it.");
        writer.Open($"internal {module.Name}({string.Join(", ", module.Properties.Select(static p => $"{p.Type} {Parameter(p)}"))})");
        foreach (DeclaredProperty property in module.Properties)
            writer.Line($"{(Parameter(property) == property.Name ? "this." : "")}{property.Name} = {Parameter(property)};");
        writer.Close();
        foreach (DeclaredProperty property in module.Properties)
        {
            writer.Line();
            if (Summary(property) is { Length: > 0 } summary)
                writer.Line($"/// <summary>{summary}</summary>");
            writer.Line($"{property.Modifiers} partial {property.Type} {property.Name} => field;".TrimStart());
        }
        return new SourceFile($"{module.Name}.Module.g.cs", writer.Close().ToString());
    }

    /// <summary>The user's own summary, which C# would drop beside that of the other half, and the declaration.</summary>
    private static string Summary(DeclaredProperty property)
    {
        string declaration = property.Declaration.Length == 0 ? "" : $"<c>{SourceWriter.Escape(property.Declaration)}</c>";
        return property.Summary is null ? declaration : $"{SourceWriter.Escape(property.Summary)} {declaration}".TrimEnd();
    }

    private static string Parameter(DeclaredProperty property) => CSharpWords.Escape(Naming.Camel(property.Name));
}
