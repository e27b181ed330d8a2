namespace MoECompiler.Graphs;

/// <summary>A factor of a size that does not split: a name, or a rounded quotient or a bound of two sizes.</summary>
/// <param name="Text">The factor as C# text; equal texts are equal factors.</param>
/// <param name="Kind">Which of these it is.</param>
/// <param name="Left">The first of the two sizes; null for a name.</param>
/// <param name="Right">The second of the two sizes; null for a name.</param>
internal sealed record SizeAtom(string Text, SizeAtomKind Kind, Size? Left = null, Size? Right = null)
{
    public bool Equals(SizeAtom? other) => other is not null && Text == other.Text;

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Text);
}

internal enum SizeAtomKind
{
    Symbol,
    Quotient,
    Ceiling,
    Maximum,
    Minimum,
}

/// <summary>A coefficient times a product of atoms.</summary>
internal sealed class SizeTerm
{
    /// <summary>By falling degree, then by the first factor that differs: an order that products keep, as polynomial division asks for.</summary>
    public static readonly IComparer<SizeTerm> Order = Comparer<SizeTerm>.Create(Compare);

    /// <param name="coefficient">The number in front.</param>
    /// <param name="atoms">The factors, in ordinal order of their text.</param>
    public SizeTerm(long coefficient, SizeAtom[] atoms)
    {
        Coefficient = coefficient;
        Atoms = atoms;
        Product = atoms.Length == 1 ? atoms[0].Text : string.Join(" * ", atoms.Select(static a => a.Text));
    }

    public long Coefficient { get; }

    public SizeAtom[] Atoms { get; }

    /// <summary>The product of the atoms as text: terms with the same one are added up.</summary>
    public string Product { get; }

    public SizeTerm WithCoefficient(long coefficient) => new(coefficient, Atoms);

    public static SizeTerm operator *(SizeTerm left, SizeTerm right) => new(
        checked(left.Coefficient * right.Coefficient),
        [.. left.Atoms.Concat(right.Atoms).OrderBy(static a => a.Text, StringComparer.Ordinal)]);

    /// <summary>The exact quotient; null where there is none.</summary>
    public SizeTerm? TryDivide(SizeTerm divisor)
    {
        if (Coefficient % divisor.Coefficient != 0)
            return null;
        List<SizeAtom> atoms = [.. Atoms];
        foreach (SizeAtom atom in divisor.Atoms)
        {
            if (!atoms.Remove(atom))
                return null;
        }
        return new SizeTerm(Coefficient / divisor.Coefficient, [.. atoms]);
    }

    private static int Compare(SizeTerm a, SizeTerm b)
    {
        int order = b.Atoms.Length.CompareTo(a.Atoms.Length);
        for (int i = 0; order == 0 && i < a.Atoms.Length; i++)
            order = string.CompareOrdinal(a.Atoms[i].Text, b.Atoms[i].Text);
        return order;
    }

    /// <summary>The greatest term that divides both, its coefficient positive.</summary>
    public static SizeTerm CommonFactor(SizeTerm left, SizeTerm right)
    {
        (long a, long b) = (Math.Abs(left.Coefficient), Math.Abs(right.Coefficient));
        while (b != 0)
            (a, b) = (b, a % b);
        List<SizeAtom> rest = [.. right.Atoms];
        return new SizeTerm(a, [.. left.Atoms.Where(rest.Remove)]);
    }
}
