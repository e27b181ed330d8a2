using Microsoft.CodeAnalysis;

namespace MoECompiler.Generators.Parsing;

/// <summary>Gives each place a number. A spec holds the numbers, so that it stays equal when places move; the places travel beside it.</summary>
internal sealed class LocationTable
{
    private readonly List<Location> _locations = [];

    public int Add(Location location)
    {
        _locations.Add(location);
        return _locations.Count - 1;
    }

    public EquatableArray<Location> ToEquatable() => new([.. _locations]);
}
