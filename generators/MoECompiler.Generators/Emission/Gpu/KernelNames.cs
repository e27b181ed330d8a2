using MoECompiler.Generators.Lowering;

namespace MoECompiler.Generators.Emission.Gpu;

/// <summary>Names of emitted kernels, by what they compute.</summary>
internal static class KernelNames
{
    /// <summary>The functions of a short formula, such as <c>AddRelu</c>; of a long one the value that it makes.</summary>
    public static string Take(HashSet<string> taken, ScalarExpression expression, string value) => Take(taken, Of(expression, value));

    /// <inheritdoc cref="Take(HashSet{string}, ScalarExpression, string)"/>
    public static string Of(ScalarExpression expression, string value)
    {
        List<string> functions = [.. FormulaDialect.Functions(expression)];
        return functions.Count switch
        {
            0 => "Spread",
            <= 4 => string.Concat(functions),
            _ => Naming.Pascal(value.Replace("_", "").Replace(".", "")),
        };
    }

    /// <summary>The name itself, or with the first number that no kernel has.</summary>
    public static string Take(HashSet<string> taken, string name)
    {
        string unique = name;
        for (int i = 2; !taken.Add(unique); i++)
            unique = $"{name}{i}";
        return unique;
    }
}
