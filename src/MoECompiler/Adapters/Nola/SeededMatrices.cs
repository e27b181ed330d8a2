namespace MoECompiler.Adapters;

/// <summary>Matrices of a site as they are to be made: combinations of random ones.</summary>
/// <param name="Site">What they belong to.</param>
/// <param name="Name">What to call them.</param>
/// <param name="Mix">How they are made.</param>
/// <param name="Coefficients">Of what: f32[Groups..., K].</param>
internal sealed record SeededMatrices(AdapterSite Site, string Name, SeededMix Mix, Value Coefficients)
{
    private Size Groups => Size.Product(Site.Groups);

    /// <summary>The matrices, in the order of their coefficients. Those of one basis are one product with it, so that it is drawn once a step.</summary>
    public static Value[] Make(GraphBuilder graph, IReadOnlyList<SeededMatrices> given)
    {
        Value[] made = new Value[given.Count];
        foreach (IGrouping<SeededMix, int> basis in Enumerable.Range(0, given.Count).GroupBy(i => given[i].Mix))
        {
            List<SeededMatrices> all = [.. basis.Select(i => given[i])];
            if (all.Count == 1 || !basis.Key.IsShared)
            {
                foreach (int i in basis)
                    made[i] = graph.Add(basis.Key, given[i].Name, given[i].Coefficients);
                continue;
            }
            Value coefficients = graph.Joined([.. all.Select(m => graph.Reshape(m.Coefficients, [m.Groups, m.Coefficients.Type.Columns], m.Name))], "coefficients");
            Value matrices = graph.Add(basis.Key, "matrices", coefficients);
            EquatableArray<Value> parts = graph.AddNode(new Split(all.Select(static m => m.Groups).ToEquatable()), [.. all.Select(static m => m.Name)], [matrices]);
            foreach ((int i, Value part) in basis.Zip(parts, static (i, part) => (i, part)))
                made[i] = graph.Reshape(part, [.. given[i].Site.Groups, .. part.Type.Shape.Skip(1)], given[i].Name);
        }
        return made;
    }

    /// <summary>How they are made, for the run time.</summary>
    public static string Argument(SeededMix mix) => $"new SeededFactor({mix.KernelArguments}, Rows: {mix.Rows}, Columns: {mix.Columns})";

    /// <summary>The number of a basis by its name: FNV-1a, without the sign.</summary>
    public static int Basis(string name)
    {
        uint hash = 2166136261;
        foreach (char letter in name)
            hash = unchecked((hash ^ letter) * 16777619);
        return (int)(hash & int.MaxValue);
    }
}
