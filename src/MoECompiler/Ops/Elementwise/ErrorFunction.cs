namespace MoECompiler.Ops;

/// <summary>erf and erfc to double precision, for the reference: .NET has neither.</summary>
internal static class ErrorFunction
{
    public static double Evaluate(double x) => Math.Abs(x) < 2 ? Series(x) : x > 0 ? 1 - Fraction(x) : Fraction(-x) - 1;

    /// <summary>1 - erf(x), exact to the last digits also where that is tiny.</summary>
    public static double Complement(double x) => x > 2 ? Fraction(x) : 1 - Evaluate(x);

    /// <summary>2/sqrt(pi) exp(-x^2) sum of 2^n x^(2n+1) / (2n+1)!!. Source: Abramowitz and Stegun 7.1.6.</summary>
    private static double Series(double x)
    {
        double term = x;
        double sum = x;
        for (int n = 1; n < 100 && Math.Abs(term) > 1e-18 * Math.Abs(sum); n++)
        {
            term *= 2 * x * x / (2 * n + 1);
            sum += term;
        }
        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }

    /// <summary>erfc by its continued fraction, from the far end. Source: Abramowitz and Stegun 7.1.14.</summary>
    private static double Fraction(double x)
    {
        double tail = 0;
        for (int n = 120; n > 0; n--)
            tail = n / 2.0 / (x + tail);
        return Math.Exp(-x * x) / Math.Sqrt(Math.PI) / (x + tail);
    }
}
