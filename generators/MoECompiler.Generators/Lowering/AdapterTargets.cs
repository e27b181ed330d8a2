using MoECompiler.Adapters;
using MoECompiler.Generators.Parsing;
using MoECompiler.Passes;

namespace MoECompiler.Generators.Lowering;

/// <summary>Which weights of its model an adapter changes.</summary>
internal static class AdapterTargets
{
    /// <exception cref="LoweringError">A target names no weight.</exception>
    public static EquatableArray<AdapterSite> Of(AdapterSpec spec, Graph graph)
    {
        EquatableArray<AdapterSite> sites = AttachAdapters.Sites(graph);
        if (spec.Targets is not { } targets)
            return sites.Where(static site => site.Weight.IsMatrix).ToEquatable();
        HashSet<AdapterSite> chosen = [];
        foreach (TargetSpec target in targets)
        {
            string[] words = target.Name.Split('.');
            List<AdapterSite> named = [.. sites.Where(site => Names(words, Words(site)))];
            // A member's name stands for its experts, not for its router; the router's own name for the router.
            if (named.Any(static site => site.Weight.IsMatrix))
                named.RemoveAll(static site => !site.Weight.IsMatrix);
            if (named.Count == 0)
                throw new LoweringError("MOE6001", target.Span, target.Name, spec.Base.Name, string.Join(", ", sites.Select(static s => string.Join(".", Words(s)))));
            chosen.UnionWith(named);
        }
        return sites.Where(chosen.Contains).ToEquatable();
    }

    /// <summary>The path of members and then the weight's name in its module, if that says something.</summary>
    private static List<string> Words(AdapterSite site)
    {
        List<string> words = [.. site.Weight.Value.Name.Split('.').Where(static word => word != "Stacked")];
        if (words[words.Count - 1] == "Weight")
            words.RemoveAt(words.Count - 1);
        return words;
    }

    /// <summary>Whether the words stand one after another in the path.</summary>
    private static bool Names(string[] words, List<string> path) => Enumerable.Range(0, Math.Max(0, path.Count - words.Length + 1))
        .Any(first => path.Skip(first).Take(words.Length).SequenceEqual(words));
}
