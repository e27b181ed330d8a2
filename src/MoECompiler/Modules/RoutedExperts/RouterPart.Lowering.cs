namespace MoECompiler.Modules;

/// <summary>
/// One way to do one thing that a router does: to score, to choose, to add noise, to drop. A part is one class in the folder of its kin; an
/// argument of <see cref="RoutedExpertsAttribute"/> names it. Nothing else knows which parts there are.
/// </summary>
internal abstract class RouterPart
{
    /// <summary>The member of the argument's enum.</summary>
    public abstract string Name { get; }

    /// <summary>The options of the attribute that this part reads and not all of its kin do: elsewhere they have no effect.</summary>
    public virtual IReadOnlyList<string> Options => [];

    /// <summary>Options that mean nothing beside this part.</summary>
    public virtual IReadOnlyList<string> Excludes => [];
}

/// <summary>All parts of one kind.</summary>
/// <param name="Argument">The argument that names one of them.</param>
/// <param name="All">The first is what a declaration means that names none.</param>
internal abstract record RouterParts(string Argument, IReadOnlyList<RouterPart> All);

/// <inheritdoc/>
internal sealed record RouterParts<T>(string Argument, params IReadOnlyList<T> Parts) : RouterParts(Argument, Parts) where T : RouterPart
{
    /// <summary>The part that a declaration names.</summary>
    public T Of(ModuleContext module)
    {
        string name = module.Choice(Argument, Parts[0].Name);
        return Parts.First(p => p.Name == name);
    }
}
