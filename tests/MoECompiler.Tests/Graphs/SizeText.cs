using System.Globalization;
using MoECompiler.Graphs;

namespace MoECompiler.Tests.Graphs;

/// <summary>Computes the C# text of a size as the compiler would, on numbers or on sizes: sums, products, quotients, Size.Max and Size.Min.</summary>
internal sealed class SizeText<T>
{
    private readonly string[] _tokens;
    private readonly Func<string, T> _name;
    private readonly Func<char, T, T, T> _operator;
    private readonly Func<string, T, T, T> _bound;
    private int _next;

    private SizeText(string text, Func<string, T> name, Func<char, T, T, T> @operator, Func<string, T, T, T> bound)
    {
        string spaced = text;
        foreach (string mark in (string[])["(", ")", "+", "-", "*", "/", ","])
            spaced = spaced.Replace(mark, $" {mark} ", StringComparison.Ordinal);
        _tokens = [.. spaced.Split(' ', StringSplitOptions.RemoveEmptyEntries), ""];
        (_name, _operator, _bound) = (name, @operator, bound);
    }

    /// <param name="text">What to compute.</param>
    /// <param name="name">The value of a name or a number.</param>
    /// <param name="operator">What an operator makes of two values.</param>
    /// <param name="bound">What <c>Size.Max</c> and <c>Size.Min</c> make of two values.</param>
    public static T Compute(string text, Func<string, T> name, Func<char, T, T, T> @operator, Func<string, T, T, T> bound)
    {
        SizeText<T> parser = new(text, name, @operator, bound);
        T value = parser.Sum();
        return parser._tokens[parser._next] == "" ? value : throw new FormatException($"`{text}` goes on after its end.");
    }

    private T Sum()
    {
        T sum = Product();
        while (_tokens[_next] is "+" or "-")
            sum = _operator(_tokens[_next++][0], sum, Product());
        return sum;
    }

    private T Product()
    {
        T product = Factor();
        while (_tokens[_next] is "*" or "/")
            product = _operator(_tokens[_next++][0], product, Factor());
        return product;
    }

    private T Factor()
    {
        string token = _tokens[_next++];
        if (token == "-")
            return _operator('-', _name("0"), Factor());
        if (token != "(")
            return token is "Size.Max" or "Size.Min" ? Bound(token) : _name(token);
        T inner = Sum();
        Expect(")");
        return inner;
    }

    private T Bound(string name)
    {
        Expect("(");
        T left = Sum();
        Expect(",");
        T right = Sum();
        Expect(")");
        return _bound(name, left, right);
    }

    private void Expect(string token)
    {
        if (_tokens[_next++] != token)
            throw new FormatException($"`{token}` is missing.");
    }
}

internal static class SizeText
{
    public static long Evaluate(string text, Func<string, long> names) => SizeText<long>.Compute(
        text,
        t => char.IsDigit(t[0]) ? long.Parse(t, CultureInfo.InvariantCulture) : names(t),
        static (o, a, b) => o switch { '+' => a + b, '-' => a - b, '*' => a * b, _ => a / b },
        static (name, a, b) => name == "Size.Max" ? Size.Max(a, b) : Size.Min(a, b));

    public static Size Parse(string text) => SizeText<Size>.Compute(
        text,
        static t => char.IsDigit(t[0]) ? Size.Of(long.Parse(t, CultureInfo.InvariantCulture)) : Size.Symbol(t),
        static (o, a, b) => o switch { '+' => a + b, '-' => a - b, '*' => a * b, _ => a / b },
        static (name, a, b) => name == "Size.Max" ? Size.Max(a, b) : Size.Min(a, b));
}
