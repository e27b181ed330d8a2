using System.Globalization;

namespace MoECompiler.Graphs;

/// <summary>
/// An extent that is symbolic until a model's sizes are bound: a polynomial with integer coefficients over named sizes,
/// such as <c>2 * Width</c> or <c>B * TopK</c>, and over quotients and bounds of such polynomials.
/// </summary>
/// <remarks>
/// Two sizes are equal when their normal forms are: terms in descending degree and ordinal order of their factors, equal terms added up.
/// That is what a shape check compares, so a graph that is right for one binding of its sizes is right for each. An extent is never
/// negative and a divisor is positive: rounding down is then what C# does.
/// </remarks>
public sealed class Size : IEquatable<Size>
{
    private readonly SizeTerm[] _terms;
    private readonly string _text;

    /// <param name="terms">The normal form.</param>
    private Size(SizeTerm[] terms)
    {
        _terms = terms;
        _text = Write(terms);
    }

    public static Size Zero { get; } = Of(0);

    public static Size One { get; } = Of(1);

    public static Size Of(long value) => new(value == 0 ? [] : [new SizeTerm(value, [])]);

    public static Size Symbol(string name) => Of(new SizeAtom(name, SizeAtomKind.Symbol));

    private static Size Of(SizeAtom atom) => new([new SizeTerm(1, [atom])]);

    private static Size Sum(IEnumerable<SizeTerm> terms)
    {
        List<SizeTerm> sum = [];
        foreach (SizeTerm term in terms.OrderBy(static t => t, SizeTerm.Order))
        {
            int last = sum.Count - 1;
            if (last >= 0 && sum[last].Product == term.Product)
                sum[last] = term.WithCoefficient(checked(sum[last].Coefficient + term.Coefficient));
            else
                sum.Add(term);
        }
        return new Size([.. sum.Where(static t => t.Coefficient != 0)]);
    }

    /// <summary>The value, where the size holds no symbol.</summary>
    public long? Constant => _terms.Length == 0 ? 0 : _terms.Length == 1 && _terms[0].Atoms.Length == 0 ? _terms[0].Coefficient : null;

    /// <summary>The names that the size depends on, in ordinal order.</summary>
    public IEnumerable<string> Symbols => _terms
        .SelectMany(static t => t.Atoms)
        .SelectMany(static a => a.Kind == SizeAtomKind.Symbol ? [a.Text] : a.Left!.Symbols.Concat(a.Right!.Symbols))
        .Distinct(StringComparer.Ordinal)
        .OrderBy(static s => s, StringComparer.Ordinal);

    public static implicit operator Size(int value) => Of(value);

    public static Size operator +(Size left, Size right) =>
        left._terms.Length == 0 ? right : right._terms.Length == 0 ? left : Sum(left._terms.Concat(right._terms));

    public static Size operator -(Size left, Size right) => left + -right;

    public static Size operator -(Size value) => new([.. value._terms.Select(static t => t.WithCoefficient(-t.Coefficient))]);

    public static Size operator *(Size left, Size right)
    {
        if (left.Constant == 1)
            return right;
        if (right.Constant == 1)
            return left;
        return Sum(left._terms.SelectMany(_ => right._terms, static (l, r) => l * r));
    }

    /// <summary>The quotient rounded down; exact where the divisor is a factor of this size.</summary>
    /// <exception cref="DivideByZeroException">The divisor is 0.</exception>
    public static Size operator /(Size left, Size right)
    {
        if (left.TryDivide(right) is { } exact)
            return exact;
        (left, right) = WithoutCommonFactor(left, right);
        if (left.Constant is { } l && right.Constant is { } r)
            return Of(l / r);
        return Of(new SizeAtom($"({left.Operand()} / {right.Divisor()})", SizeAtomKind.Quotient, left, right));
    }

    /// <summary>The quotient rounded up.</summary>
    /// <exception cref="DivideByZeroException">The divisor is 0.</exception>
    public static Size CeilingDivide(Size left, Size right)
    {
        if (left.TryDivide(right) is { } exact)
            return exact;
        (left, right) = WithoutCommonFactor(left, right);
        Size raised = left + right - One;
        if (left.Constant is not null && right.Constant is not null)
            return raised / right;
        return Of(new SizeAtom($"({raised.Operand()} / {right.Divisor()})", SizeAtomKind.Ceiling, left, right));
    }

    /// <summary>The exact quotient; null where the divisor is no factor of this size.</summary>
    /// <exception cref="DivideByZeroException">The divisor is 0.</exception>
    public Size? TryDivide(Size divisor)
    {
        if (divisor._terms.Length == 0)
            throw new DivideByZeroException($"The size {this} is divided by 0.");
        // Polynomial division: the leading term's degree and order fall with each step.
        Size quotient = Zero;
        for (Size rest = this; rest._terms.Length > 0;)
        {
            if (rest._terms[0].TryDivide(divisor._terms[0]) is not { } term)
                return null;
            Size part = new([term]);
            quotient += part;
            rest -= part * divisor;
        }
        return quotient;
    }

    /// <summary>Both divided by the greatest term that divides them: a quotient of rounded numbers stays what it is, and its terms small.</summary>
    private static (Size Left, Size Right) WithoutCommonFactor(Size left, Size right)
    {
        Size factor = new([left._terms.Concat(right._terms).Aggregate(SizeTerm.CommonFactor)]);
        return factor.Constant == 1 ? (left, right) : (left.TryDivide(factor)!, right.TryDivide(factor)!);
    }

    /// <summary>Whether two sizes are equal if each quotient in them comes out even: 3 * (N / 3) is N then.</summary>
    public static bool AreEqualWhereExact(Size left, Size right)
    {
        foreach (SizeAtom quotient in left._terms.Concat(right._terms).SelectMany(static t => t.Atoms).Where(static a => a.Kind == SizeAtomKind.Quotient))
        {
            string multiple = quotient.Left!.Symbols.First();
            Size Even(string symbol) => symbol == multiple ? quotient.Right! * Symbol(symbol) : Symbol(symbol);
            (left, right) = (left.Substitute(Even), right.Substitute(Even));
        }
        return left == right;
    }

    public static Size Max(Size left, Size right) => Bound(left, right, SizeAtomKind.Maximum, "Size.Max", Math.Max);

    public static Size Min(Size left, Size right) => Bound(left, right, SizeAtomKind.Minimum, "Size.Min", Math.Min);

    /// <summary>The same text as a size's, on bound numbers: emitted code is written once for both.</summary>
    public static int Max(int left, int right) => Math.Max(left, right);

    /// <inheritdoc cref="Max(int, int)"/>
    public static int Min(int left, int right) => Math.Min(left, right);

    /// <inheritdoc cref="Max(int, int)"/>
    public static long Max(long left, long right) => Math.Max(left, right);

    /// <inheritdoc cref="Max(int, int)"/>
    public static long Min(long left, long right) => Math.Min(left, right);

    private static Size Bound(Size left, Size right, SizeAtomKind kind, string name, Func<long, long, long> bound)
    {
        if (left.Equals(right))
            return left;
        if (left.Constant is { } l && right.Constant is { } r)
            return Of(bound(l, r));
        if (string.CompareOrdinal(left._text, right._text) > 0)
            (left, right) = (right, left);
        return Of(new SizeAtom($"{name}({left}, {right})", kind, left, right));
    }

    /// <summary>The product of all <paramref name="sizes"/>; 1 for none.</summary>
    public static Size Product(IEnumerable<Size> sizes) => sizes.Aggregate(One, static (a, b) => a * b);

    /// <summary>The value under a binding of the names.</summary>
    public long Evaluate(Func<string, long> binding)
    {
        long sum = 0;
        foreach (SizeTerm term in _terms)
        {
            long product = term.Coefficient;
            foreach (SizeAtom atom in term.Atoms)
                product = checked(product * Evaluate(atom, binding));
            sum = checked(sum + product);
        }
        return sum;
    }

    private static long Evaluate(SizeAtom atom, Func<string, long> binding)
    {
        if (atom.Kind == SizeAtomKind.Symbol)
            return binding(atom.Text);
        long left = atom.Left!.Evaluate(binding);
        long right = atom.Right!.Evaluate(binding);
        return atom.Kind switch
        {
            SizeAtomKind.Quotient => left / right,
            SizeAtomKind.Ceiling => checked(left + right - 1) / right,
            SizeAtomKind.Maximum => Math.Max(left, right),
            _ => Math.Min(left, right),
        };
    }

    /// <summary>The size with each name replaced by what <paramref name="binding"/> gives for it (null keeps the name).</summary>
    public Size Substitute(Func<string, Size?> binding)
    {
        Size sum = Zero;
        foreach (SizeTerm term in _terms)
            sum += term.Atoms.Aggregate(Of(term.Coefficient), (product, atom) => product * Substitute(atom, binding));
        return sum;
    }

    private static Size Substitute(SizeAtom atom, Func<string, Size?> binding)
    {
        if (atom.Kind == SizeAtomKind.Symbol)
            return binding(atom.Text) ?? Of(atom);
        Size left = atom.Left!.Substitute(binding);
        Size right = atom.Right!.Substitute(binding);
        return atom.Kind switch
        {
            SizeAtomKind.Quotient => left / right,
            SizeAtomKind.Ceiling => CeilingDivide(left, right),
            SizeAtomKind.Maximum => Max(left, right),
            _ => Min(left, right),
        };
    }

    public bool Equals(Size? other) => ReferenceEquals(this, other) || (other is not null && _text == other._text);

    public override bool Equals(object? obj) => Equals(obj as Size);

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(_text);

    public static bool operator ==(Size? left, Size? right) => left is null ? right is null : left.Equals(right);

    public static bool operator !=(Size? left, Size? right) => !(left == right);

    /// <summary>The size as C# text over its names, such as <c>2 * Width + 1</c>: right for numbers and for sizes.</summary>
    public override string ToString() => _text;

    /// <summary>The text left of an operator that binds like a product.</summary>
    private string Operand() => _terms.Length > 1 ? $"({_text})" : _text;

    /// <summary>The text right of a division.</summary>
    private string Divisor() => Constant is >= 0 || (_terms.Length == 1 && _terms[0] is { Coefficient: 1, Atoms.Length: 1 }) ? _text : $"({_text})";

    private static string Write(SizeTerm[] terms)
    {
        string text = "";
        foreach (SizeTerm term in terms)
        {
            string sign = text.Length == 0 ? term.Coefficient < 0 ? "-" : "" : term.Coefficient < 0 ? " - " : " + ";
            string number = Math.Abs(term.Coefficient).ToString(CultureInfo.InvariantCulture);
            text += sign + (term.Atoms.Length == 0 ? number : number == "1" ? term.Product : $"{number} * {term.Product}");
        }
        return text.Length == 0 ? "0" : text;
    }
}
