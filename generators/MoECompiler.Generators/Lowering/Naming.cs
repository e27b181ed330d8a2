namespace MoECompiler.Generators.Lowering;

/// <summary>Names as C# writes them.</summary>
internal static class Naming
{
    /// <summary>The name with its first letter small: a local of it.</summary>
    public static string Camel(string name) => name.Length == 0 ? name : char.ToLowerInvariant(name[0]) + name.Substring(1);

    /// <summary>The name with its first letter large: a member of it.</summary>
    public static string Pascal(string name) => name.Length == 0 ? name : char.ToUpperInvariant(name[0]) + name.Substring(1);
}
