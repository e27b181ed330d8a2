namespace MoECompiler.Modules;

/// <summary>The functions that a module's Activation can name.</summary>
internal static class Activations
{
    private static readonly ScalarFunction[] s_all =
    [
        ScalarFunction.Relu, ScalarFunction.Gelu, ScalarFunction.GeluTanh, ScalarFunction.Silu, ScalarFunction.Sigmoid, ScalarFunction.Tanh,
        ScalarFunction.Softplus,
    ];

    /// <summary>The activation of <paramref name="x"/>; Identity is x itself.</summary>
    public static ScalarExpression Of(string name, ScalarExpression x) => name == nameof(Activation.Identity) ? x : Scalar.Of(s_all.First(f => f.Name == name), x);
}
