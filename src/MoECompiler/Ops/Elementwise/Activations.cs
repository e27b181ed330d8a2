namespace MoECompiler.Ops;

public sealed partial class ScalarFunction
{
    public static readonly ScalarFunction Exp = new("Exp", static x => Math.Exp(x[0]), static (x, y) => [y]);

    public static readonly ScalarFunction Log = new("Log", static x => Math.Log(x[0]), static (x, y) => [Scalar.Reciprocal(x[0])]);

    public static readonly ScalarFunction Tanh = new("Tanh", static x => Math.Tanh(x[0]), static (x, y) => [1f - y * y]);

    /// <summary>1 / (1 + exp(-x)).</summary>
    public static readonly ScalarFunction Sigmoid = new("Sigmoid", static x => SigmoidOf(x[0]), static (x, y) => [y * (1f - y)]);

    /// <summary>log(1 + exp(x)).</summary>
    public static readonly ScalarFunction Softplus = new(
        "Softplus", static x => Math.Max(x[0], 0) + LogOnePlus(Math.Exp(-Math.Abs(x[0]))), static (x, y) => [Scalar.Sigmoid(x[0])]);

    /// <summary>max(x, 0). Written on the result, so that a fused epilogue need not keep x.</summary>
    public static readonly ScalarFunction Relu = new("Relu", static x => Math.Max(x[0], 0), static (x, y) => [Scalar.Step(y)]);

    /// <summary>x sigmoid(x). Source: Ramachandran et al., Searching for Activation Functions, 2017.</summary>
    public static readonly ScalarFunction Silu = new("Silu", static x => x[0] * SigmoidOf(x[0]), static (x, y) => [Scalar.SiluDerivative(x[0])]);

    /// <summary>s (1 + x (1 - s)) with s = sigmoid(x): the derivative of Silu.</summary>
    public static readonly ScalarFunction SiluDerivative = new(
        "SiluDerivative", static x => SigmoidOf(x[0]) * (1 + x[0] * (1 - SigmoidOf(x[0]))), First("SiluDerivative"));

    /// <summary>The error function.</summary>
    public static readonly ScalarFunction Erf = new(
        "Erf", static x => ErrorFunction.Evaluate(x[0]), static (x, y) => [1.1283791670955126f * Scalar.Exp(-(x[0] * x[0]))]);

    /// <summary>x Phi(x), Phi the normal distribution function. Source: Hendrycks and Gimpel, Gaussian Error Linear Units, 2016.</summary>
    public static readonly ScalarFunction Gelu = new(
        "Gelu", static x => x[0] * NormalCdf(x[0]), static (x, y) => [Scalar.GeluDerivative(x[0])]);

    /// <summary>Phi(x) + x phi(x): the derivative of Gelu.</summary>
    public static readonly ScalarFunction GeluDerivative = new(
        "GeluDerivative", static x => NormalCdf(x[0]) + x[0] * Math.Exp(-0.5 * x[0] * x[0]) / Math.Sqrt(2 * Math.PI), First("GeluDerivative"));

    /// <summary>x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))): the approximation that GPT-2 uses.</summary>
    public static readonly ScalarFunction GeluTanh = new(
        "GeluTanh",
        static x => 0.5 * x[0] * (1 + Math.Tanh(GeluInner(x[0]))),
        static (x, y) => [Scalar.GeluTanhDerivative(x[0])]);

    /// <summary>The derivative of GeluTanh.</summary>
    public static readonly ScalarFunction GeluTanhDerivative = new(
        "GeluTanhDerivative",
        static x =>
        {
            double t = Math.Tanh(GeluInner(x[0]));
            return 0.5 * (1 + t) + 0.5 * x[0] * (1 - t * t) * Math.Sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * x[0] * x[0]);
        },
        First("GeluTanhDerivative"));

    private static double SigmoidOf(double x) => 1 / (1 + Math.Exp(-x));

    /// <summary>log(1 + z), with the digits that rounding 1 + z loses.</summary>
    private static double LogOnePlus(double z) => Math.Log(1 + z) + (z - (1 + z - 1)) / (1 + z);

    private static double NormalCdf(double x) => 0.5 * ErrorFunction.Complement(-x / Math.Sqrt(2));

    private static double GeluInner(double x) => Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x);

    /// <summary>Gradients are taken once: a function that only appears in one has none of its own.</summary>
    private static Func<IReadOnlyList<ScalarExpression>, ScalarExpression, ScalarExpression[]> First(string name) => (_, _) => throw new NoGradientError(name);
}

public static partial class Scalar
{
    public static ScalarExpression Exp(ScalarExpression x) => Of(ScalarFunction.Exp, x);

    public static ScalarExpression Log(ScalarExpression x) => Of(ScalarFunction.Log, x);

    public static ScalarExpression Tanh(ScalarExpression x) => Of(ScalarFunction.Tanh, x);

    public static ScalarExpression Sigmoid(ScalarExpression x) => Of(ScalarFunction.Sigmoid, x);

    public static ScalarExpression Softplus(ScalarExpression x) => Of(ScalarFunction.Softplus, x);

    public static ScalarExpression Relu(ScalarExpression x) => Of(ScalarFunction.Relu, x);

    public static ScalarExpression Silu(ScalarExpression x) => Of(ScalarFunction.Silu, x);

    public static ScalarExpression SiluDerivative(ScalarExpression x) => Of(ScalarFunction.SiluDerivative, x);

    public static ScalarExpression Erf(ScalarExpression x) => Of(ScalarFunction.Erf, x);

    public static ScalarExpression Gelu(ScalarExpression x) => Of(ScalarFunction.Gelu, x);

    public static ScalarExpression GeluDerivative(ScalarExpression x) => Of(ScalarFunction.GeluDerivative, x);

    public static ScalarExpression GeluTanh(ScalarExpression x) => Of(ScalarFunction.GeluTanh, x);

    public static ScalarExpression GeluTanhDerivative(ScalarExpression x) => Of(ScalarFunction.GeluTanhDerivative, x);
}
