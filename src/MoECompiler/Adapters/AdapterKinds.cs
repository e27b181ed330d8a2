namespace MoECompiler.Adapters;

/// <summary>All kinds of adapters by the names of their attributes.</summary>
internal static class AdapterKinds
{
    public static IReadOnlyList<(string Name, Func<AdapterArguments, AdapterKind> Make)> All { get; } =
    [
        ("Lora", Lora.Of),
        ("Nola", Nola.Of),
        ("Vera", Vera.Of),
        ("DyLora", DyLora.Of),
        ("Dora", Dora.Of),
        ("Ia3", Ia3.Of),
        ("Bottleneck", Bottleneck.Of),
        ("Pranc", Pranc.Of),
    ];
}

/// <summary>The options of an adapter's attribute as they were written.</summary>
internal abstract class AdapterArguments
{
    /// <summary>An option, or what it is where it was not written; what is not from <paramref name="minimum"/> to <paramref name="maximum"/> is an error.</summary>
    public abstract int Integer(string name, int otherwise, int minimum, int maximum = int.MaxValue);

    /// <summary>A finite number, or what it is where it was not written.</summary>
    public abstract float Number(string name, float otherwise);

    /// <summary>The name of an enum's member.</summary>
    public abstract string Choice(string name, string otherwise);

    /// <summary>Whether it was written to be so.</summary>
    public abstract bool Flag(string name);

    /// <summary>Alpha over the rank, or over its root; 1 where there is no Alpha.</summary>
    public float Scale(int rank, bool isRankStabilized = false)
    {
        float alpha = Number("Alpha", otherwise: 0);
        return alpha == 0 ? 1 : isRankStabilized ? (float)(alpha / Math.Sqrt(rank)) : alpha / rank;
    }
}
