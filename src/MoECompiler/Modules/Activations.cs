namespace MoECompiler.Modules;

/// <summary>The functions that a module's Activation can name.</summary>
internal static class Activations
{
    private static readonly ScalarFunction[] s_all =
    [
        ScalarFunction.Relu, ScalarFunction.Gelu, ScalarFunction.GeluTanh, ScalarFunction.Silu, ScalarFunction.Sigmoid, ScalarFunction.Tanh,
        ScalarFunction.Softplus,
    ];

    public static ScalarFunction Of(string name) => s_all.First(f => f.Name == name);
}
