using System.Collections;

namespace MoECompiler;

/// <summary>A module many times in a row, declared by <see cref="LayersAttribute">[Layers(Depth)]</see>.</summary>
/// <typeparam name="TModule">The module, a class marked <see cref="ModuleAttribute">[Module]</see>.</typeparam>
public sealed class Layers<TModule>(TModule stacked, int count) : IEnumerable<TModule>
    where TModule : class
{
    /// <summary>All layers at once: each weight of it has the number of layers as its first extent.</summary>
    public TModule Stacked { get; } = stacked;

    /// <summary>How many layers there are.</summary>
    public int Count { get; } = count;

    /// <summary>Lets a Forward say <c>foreach</c>; like all of a Forward it is read, never run.</summary>
    public IEnumerator<TModule> GetEnumerator() => throw Declaration.NeverRuns("foreach");

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
