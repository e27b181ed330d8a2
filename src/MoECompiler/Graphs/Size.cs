using System.Globalization;

namespace MoECompiler.Graphs;

/// <summary>
/// An extent that is symbolic until a model's sizes are bound: a polynomial with integer coefficients over named sizes,
/// such as <c>2 * Width</c> or <c>B * TopK</c>, and over quotients and bounds of such polynomials.
/// </summary>
/// <remarks>
/// Two sizes are equal when their normal forms are: terms in ordinal order of their factors, equal terms added up. That is what a shape
/// check compares, so a graph that is right for one binding of its sizes is right for each.
/// </remarks>
public sealed class Size : IEquatable<Size>
{
    /// <summary>A coefficient times a product of atoms in ordinal order of their text.</summary>
    private sealed record Term(long Coefficient, EquatableArray<Atom> Atoms)
    {
        public string Key => string.Join(" * ", Atoms.Select(static a => a.Text));
    }

    /// <summary>A factor that does not split: a name, or an operation on two sizes.</summary>
    private sealed record Atom(string Text, AtomKind Kind, Size? Left, Size? Right);

    private enum AtomKind
    {
        Symbol,
        Quotient,
        Ceiling,
        Maximum,
        Minimum,
    }

    private readonly EquatableArray<Term> _terms;
    private readonly string _text;

    private Size(IEnumerable<Term> terms)
    {
        _terms = terms
            .GroupBy(static t => t.Key, StringComparer.Ordinal)
            .Select(static g => new Term(g.Sum(static t => t.Coefficient), g.First().Atoms))
            .Where(static t => t.Coefficient != 0)
            .OrderByDescending(static t => t.Atoms.Count)
            .ThenBy(static t => t.Key, StringComparer.Ordinal)
            .ToEquatable();
        _text = Write();
    }

    public static Size Zero { get; } = Of(0);

    public static Size One { get; } = Of(1);

    public static Size Of(long value) => new([new Term(value, [])]);

    public static Size Symbol(string name) => OfAtom(new Atom(name, AtomKind.Symbol, null, null));

    /// <summary>The value, where the size holds no symbol.</summary>
    public long? Constant => _terms.Count == 0 ? 0 : _terms.Count == 1 && _terms[0].Atoms.Count == 0 ? _terms[0].Coefficient : null;

    /// <summary>The names that the size depends on, in ordinal order.</summary>
    public IEnumerable<string> Symbols => _terms
        .SelectMany(static t => t.Atoms)
        .SelectMany(static a => a.Kind == AtomKind.Symbol ? [a.Text] : a.Left!.Symbols.Concat(a.Right!.Symbols))
        .Distinct(StringComparer.Ordinal)
        .OrderBy(static s => s, StringComparer.Ordinal);

    public static implicit operator Size(int value) => Of(value);

    public static Size operator +(Size left, Size right) => new(left._terms.Concat(right._terms));

    public static Size operator -(Size left, Size right) => left + right * Of(-1);

    public static Size operator *(Size left, Size right) => new(
        from l in left._terms
        from r in right._terms
        select new Term(
            checked(l.Coefficient * r.Coefficient),
            l.Atoms.Concat(r.Atoms).OrderBy(static a => a.Text, StringComparer.Ordinal).ToEquatable()));

    /// <summary>The quotient rounded down, as C# divides; exact where the divisor is a factor of every term.</summary>
    public static Size operator /(Size left, Size right)
    {
        if (left.TryDivide(right) is { } exact)
            return exact;
        if (left.Constant is { } l && right.Constant is { } r && r != 0)
            return Of(l / r);
        return OfAtom(new Atom($"({left} / {right.Factor()})", AtomKind.Quotient, left, right));
    }

    /// <summary>The quotient rounded up.</summary>
    public static Size CeilingDivide(Size left, Size right)
    {
        if (left.TryDivide(right) is { } exact)
            return exact;
        if (left.Constant is { } l && right.Constant is { } r && r != 0)
            return Of((l + r - 1) / r);
        return OfAtom(new Atom($"(({left} + {right} - 1) / {right.Factor()})", AtomKind.Ceiling, left, right));
    }

    public static Size Max(Size left, Size right) => Bound(left, right, AtomKind.Maximum, "Size.Max", Math.Max);

    public static Size Min(Size left, Size right) => Bound(left, right, AtomKind.Minimum, "Size.Min", Math.Min);

    /// <summary>The same text as a size's, on bound numbers: emitted code is written once for both.</summary>
    public static int Max(int left, int right) => Math.Max(left, right);

    /// <inheritdoc cref="Max(int, int)"/>
    public static int Min(int left, int right) => Math.Min(left, right);

    /// <inheritdoc cref="Max(int, int)"/>
    public static long Max(long left, long right) => Math.Max(left, right);

    private static Size Bound(Size left, Size right, AtomKind kind, string name, Func<long, long, long> bound)
    {
        if (left.Equals(right))
            return left;
        if (left.Constant is { } l && right.Constant is { } r)
            return Of(bound(l, r));
        if (string.CompareOrdinal(left._text, right._text) > 0)
            (left, right) = (right, left);
        return OfAtom(new Atom($"{name}({left}, {right})", kind, left, right));
    }

    /// <summary>The product of all <paramref name="sizes"/>; 1 for none.</summary>
    public static Size Product(IEnumerable<Size> sizes) => sizes.Aggregate(One, static (a, b) => a * b);

    /// <summary>The quotient, if every term of this size has the factors of the single term <paramref name="divisor"/>.</summary>
    public Size? TryDivide(Size divisor)
    {
        if (Equals(divisor) && _terms.Count > 0)
            return One;
        if (divisor._terms.Count != 1)
            return null;
        Term by = divisor._terms[0];
        List<Term> quotient = [];
        foreach (Term term in _terms)
        {
            if (term.Coefficient % by.Coefficient != 0)
                return null;
            List<Atom> atoms = [.. term.Atoms];
            foreach (Atom atom in by.Atoms)
            {
                if (!atoms.Remove(atom))
                    return null;
            }
            quotient.Add(new Term(term.Coefficient / by.Coefficient, atoms.ToEquatable()));
        }
        return new Size(quotient);
    }

    /// <summary>The value under a binding of the names.</summary>
    public long Evaluate(Func<string, long> binding)
    {
        long sum = 0;
        foreach (Term term in _terms)
        {
            long product = term.Coefficient;
            foreach (Atom atom in term.Atoms)
                product = checked(product * Evaluate(atom, binding));
            sum = checked(sum + product);
        }
        return sum;
    }

    private static long Evaluate(Atom atom, Func<string, long> binding)
    {
        if (atom.Kind == AtomKind.Symbol)
            return binding(atom.Text);
        long left = atom.Left!.Evaluate(binding);
        long right = atom.Right!.Evaluate(binding);
        return atom.Kind switch
        {
            AtomKind.Quotient => left / right,
            AtomKind.Ceiling => (left + right - 1) / right,
            AtomKind.Maximum => Math.Max(left, right),
            _ => Math.Min(left, right),
        };
    }

    /// <summary>The size with each name replaced by what <paramref name="binding"/> gives for it (null keeps the name).</summary>
    public Size Substitute(Func<string, Size?> binding)
    {
        Size sum = Zero;
        foreach (Term term in _terms)
        {
            Size product = Of(term.Coefficient);
            foreach (Atom atom in term.Atoms)
                product *= Substitute(atom, binding);
            sum += product;
        }
        return sum;
    }

    private static Size Substitute(Atom atom, Func<string, Size?> binding)
    {
        if (atom.Kind == AtomKind.Symbol)
            return binding(atom.Text) ?? OfAtom(atom);
        Size left = atom.Left!.Substitute(binding);
        Size right = atom.Right!.Substitute(binding);
        return atom.Kind switch
        {
            AtomKind.Quotient => left / right,
            AtomKind.Ceiling => CeilingDivide(left, right),
            AtomKind.Maximum => Max(left, right),
            _ => Min(left, right),
        };
    }

    public bool Equals(Size? other) => other is not null && _text == other._text;

    public override bool Equals(object? obj) => Equals(obj as Size);

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(_text);

    public static bool operator ==(Size? left, Size? right) => left is null ? right is null : left.Equals(right);

    public static bool operator !=(Size? left, Size? right) => !(left == right);

    /// <summary>The size as C# text over its names, such as <c>2 * Width + 1</c>.</summary>
    public override string ToString() => _text;

    /// <summary>The text as an operand of a product: in parentheses where it is a sum.</summary>
    public string Factor() => _terms.Count > 1 || (_terms.Count == 1 && _terms[0].Coefficient < 0) ? $"({_text})" : _text;

    private static Size OfAtom(Atom atom) => new([new Term(1, [atom])]);

    private string Write()
    {
        if (_terms.Count == 0)
            return "0";
        string text = "";
        foreach (Term term in _terms)
        {
            long magnitude = Math.Abs(term.Coefficient);
            string number = magnitude.ToString(CultureInfo.InvariantCulture);
            string product = term.Atoms.Count == 0 ? number : magnitude == 1 ? term.Key : $"{number} * {term.Key}";
            text += text.Length == 0
                ? term.Coefficient < 0 ? $"-{product}" : product
                : term.Coefficient < 0 ? $" - {product}" : $" + {product}";
        }
        return text;
    }
}
