namespace MoECompiler.Graphs;

internal static class UniqueNames
{
    /// <summary>The name itself, or with the first number that makes it new; it is taken from then on.</summary>
    public static string Take(this HashSet<string> taken, string name)
    {
        string unique = name;
        for (int i = 2; !taken.Add(unique); i++)
            unique = $"{name}{i}";
        return unique;
    }
}
