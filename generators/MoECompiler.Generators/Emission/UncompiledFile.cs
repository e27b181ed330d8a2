using MoECompiler.Generators.Lowering;
using MoECompiler.Generators.Parsing;

namespace MoECompiler.Generators.Emission;

/// <summary>
/// Emits what stands in for a model or module that could not be compiled: its properties alone, so that C# has nothing to add to the
/// errors that say why.
/// </summary>
internal static class UncompiledFile
{
    /// <param name="declared">The class.</param>
    /// <param name="kind"><c>Model</c> or <c>Module</c>: the file has the name of the one that it stands in for.</param>
    /// <returns>Null for a class that cannot have another half.</returns>
    public static SourceFile? Emit(DeclaredClass declared, string kind)
    {
        if (declared.Heads.Count == 0 || declared.Properties.Count == 0)
            return null;
        SourceWriter writer = SourceHeader.Begin(declared.Namespace, ["global::MoECompiler"], $"{declared.Name} was not compiled: the build's errors say why.");
        foreach (string head in declared.Heads)
            writer.Open(head);
        for (int i = 0; i < declared.Properties.Count; i++)
        {
            DeclaredProperty property = declared.Properties[i];
            if (i > 0)
                writer.Line();
            string none = $"throw new System.InvalidOperationException(\"{declared.Name} was not compiled: the build's errors say why.\");";
            writer.Open($"{property.Modifiers} partial {property.Type} {CSharpWords.Escape(property.Name)}".TrimStart());
            foreach (string accessor in property.Accessors)
                writer.Line($"{accessor} => {none}");
            writer.Close();
        }
        foreach (string _ in declared.Heads)
            writer.Close();
        return new SourceFile($"{declared.Name}.{kind}.g.cs", writer.ToString());
    }
}
