using Microsoft.CodeAnalysis;
using MoECompiler.Generators.Diagnostics;

namespace MoECompiler.Generators.Parsing;

/// <summary>Reads the static method that an argument names, of the class that has the member.</summary>
internal static class FormulaParser
{
    private const string Argument = "Formula";

    /// <summary>What its parameters may be called: the matrices that a row is multiplied by.</summary>
    private static readonly string[] s_matrices = ["up", "gate"];

    /// <summary>The arguments with the method in the place of its name; null where it is none, which is reported.</summary>
    public static List<WrittenArgument>? Parse(ParseContext context, IPropertySymbol property, List<WrittenArgument> arguments)
    {
        if (arguments.FirstOrDefault(static a => a.Name == Argument) is not { Spec.Value: ArgumentValue.Text { Value: var name } } written)
            return arguments;
        IMethodSymbol[] methods = [.. property.ContainingType.GetMembers(name).OfType<IMethodSymbol>()];
        if (methods is not [var method] || !IsFormula(method))
        {
            context.Report(
                MemberDescriptors.ArgumentRange, written.Location, Argument, property.Name, Wording.Of(written.Constant),
                $"the name of a static method of `{property.ContainingType.Name}` that makes a Tensor of two, `up` and `gate`, or of one of them");
            return null;
        }
        if (MethodParser.Parse(context, method, EquatableArray<MemberSpec>.Empty, []) is not { } formula)
            return null;
        ArgumentSpec spec = written.Spec with { Value = new ArgumentValue.Formula(formula) };
        return [.. arguments.Select(argument => argument == written ? written with { Spec = spec } : argument)];
    }

    private static bool IsFormula(IMethodSymbol method) =>
        method is { IsStatic: true, MethodKind: MethodKind.Ordinary, Arity: 0, RefKind: RefKind.None, Parameters.Length: 1 or 2 }
        && method.ReturnType.TensorCount() == 1
        && method.Parameters.All(static p => MethodParser.ParameterOddity(p) is null && s_matrices.Contains(p.Name));
}
