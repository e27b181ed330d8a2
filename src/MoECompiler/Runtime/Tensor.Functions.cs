namespace MoECompiler;

// Functions of single elements; each keeps the shape, or broadcasts its operands.
public sealed partial class Tensor
{
    /// <summary>max(x, 0).</summary>
    public Tensor Relu() => throw Declaration.NeverRuns();

    /// <summary>x Phi(x), Phi the normal distribution function. Source: Hendrycks and Gimpel, Gaussian Error Linear Units, 2016.</summary>
    public Tensor Gelu() => throw Declaration.NeverRuns();

    /// <summary>x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))): the approximation that GPT-2 uses.</summary>
    public Tensor GeluTanh() => throw Declaration.NeverRuns();

    /// <summary>x sigmoid(x). Source: Ramachandran et al., Searching for Activation Functions, 2017.</summary>
    public Tensor Silu() => throw Declaration.NeverRuns();

    /// <summary>1 / (1 + exp(-x)).</summary>
    public Tensor Sigmoid() => throw Declaration.NeverRuns();

    /// <summary>tanh(x).</summary>
    public Tensor Tanh() => throw Declaration.NeverRuns();

    /// <summary>log(1 + exp(x)).</summary>
    public Tensor Softplus() => throw Declaration.NeverRuns();

    /// <summary>e^x.</summary>
    public Tensor Exp() => throw Declaration.NeverRuns();

    /// <summary>The natural logarithm; NaN below 0.</summary>
    public Tensor Log() => throw Declaration.NeverRuns();

    /// <summary>The square root; NaN below 0.</summary>
    public Tensor Sqrt() => throw Declaration.NeverRuns();

    /// <summary>1 / sqrt(x).</summary>
    public Tensor Rsqrt() => throw Declaration.NeverRuns();

    /// <summary>|x|; its derivative at 0 is 0.</summary>
    public Tensor Abs() => throw Declaration.NeverRuns();

    /// <summary>x^2.</summary>
    public Tensor Square() => throw Declaration.NeverRuns();

    /// <summary>1 / x.</summary>
    public Tensor Reciprocal() => throw Declaration.NeverRuns();

    /// <summary>The error function, 2/sqrt(pi) times the integral of exp(-t^2) from 0 to x.</summary>
    public Tensor Erf() => throw Declaration.NeverRuns();

    /// <summary>-1, 0 or 1; its derivative is 0.</summary>
    public Tensor Sign() => throw Declaration.NeverRuns();

    /// <summary>1 where x is greater than 0, else 0; its derivative is 0.</summary>
    public Tensor Step() => throw Declaration.NeverRuns();

    /// <summary>min(max(x, low), high).</summary>
    public Tensor Clamp(float low, float high) => throw Declaration.NeverRuns();

    /// <summary>The lesser of two elements; equal ones pass the gradient to <paramref name="x"/>.</summary>
    public static Tensor Min(Tensor x, Tensor y) => throw Declaration.NeverRuns();

    /// <inheritdoc cref="Min(Tensor, Tensor)"/>
    public static Tensor Min(Tensor x, float y) => throw Declaration.NeverRuns();

    /// <summary>The greater of two elements; equal ones pass the gradient to <paramref name="x"/>.</summary>
    public static Tensor Max(Tensor x, Tensor y) => throw Declaration.NeverRuns();

    /// <inheritdoc cref="Max(Tensor, Tensor)"/>
    public static Tensor Max(Tensor x, float y) => throw Declaration.NeverRuns();

    /// <summary>x where the condition is greater than 0, else y; the condition gets no gradient.</summary>
    public static Tensor Select(Tensor condition, Tensor x, Tensor y) => throw Declaration.NeverRuns();
}
