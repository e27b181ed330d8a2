using Microsoft.CodeAnalysis;
using MoECompiler.Generators.Diagnostics;

namespace MoECompiler.Generators.Parsing;

/// <summary>Reads a method marked [Forward] or [Loss]: what it takes, what it returns, and through <see cref="ForwardParser"/> what it says.</summary>
internal static class MethodParser
{
    /// <summary>The method with the attribute; a second one is reported. Null for none.</summary>
    public static IMethodSymbol? Find(ParseContext context, INamedTypeSymbol type, string attribute, string name)
    {
        List<IMethodSymbol> methods = [.. type.GetMembers().OfType<IMethodSymbol>().Where(m => m.Has(attribute))];
        foreach (IMethodSymbol another in methods.Skip(1))
            context.Report(SettingDescriptors.TwoMethods, another.Place(), type.Name, name);
        return methods.FirstOrDefault();
    }

    /// <summary>Whether the method is one that can be read, apart from its body.</summary>
    public static bool CheckForm(ParseContext context, IMethodSymbol method, bool mayReturnSeveral)
    {
        if (Oddity(method) is { } oddity)
        {
            context.Report(SettingDescriptors.MethodForm, method.Place(), method.Name, oddity);
            return false;
        }
        bool isGood = true;
        if (method.ReturnType.IsError() || method.Parameters.Any(static p => p.Type.IsError()))
        {
            context.Fail();
            return false;
        }
        int results = method.ReturnType.TensorCount();
        if (results == 0 || (results > 1 && !mayReturnSeveral))
        {
            context.Report(SettingDescriptors.ResultType, method.Place(), method.Name, Short(method.ReturnType));
            isGood = false;
        }
        if (method.Parameters.IsEmpty)
        {
            context.Report(SettingDescriptors.NoInput, method.Place(), method.Name);
            isGood = false;
        }
        foreach (IParameterSymbol parameter in method.Parameters)
        {
            if (ParameterOddity(parameter) is not { } strange)
                continue;
            context.Report(SettingDescriptors.ParameterType, parameter.Place(), parameter.Name, method.Name, strange);
            isGood = false;
        }
        return isGood;
    }

    private static string? Oddity(IMethodSymbol method) => method switch
    {
        { MethodKind: not MethodKind.Ordinary } => "is an operator, an accessor or a constructor",
        { IsStatic: true } => "is static",
        { IsAsync: true } => "is async",
        { Arity: > 0 } => "has type parameters",
        { RefKind: not RefKind.None } => "returns a reference",
        { IsPartialDefinition: true } or { IsExtern: true } or { IsAbstract: true } => "has no body",
        _ => null,
    };

    /// <summary>What keeps a parameter from being a tensor that comes in; null for nothing.</summary>
    public static string? ParameterOddity(IParameterSymbol parameter) => parameter switch
    {
        { RefKind: not RefKind.None } => "is passed by reference",
        { IsOptional: true } => "is optional",
        _ when !parameter.Type.IsTensor() => $"is a `{Short(parameter.Type)}`",
        _ => null,
    };

    /// <summary>The method; null where something is wrong, which is reported.</summary>
    /// <param name="context">Where to report.</param>
    /// <param name="method">The method, in good form.</param>
    /// <param name="members">The members of its class.</param>
    /// <param name="used">Gets the names of the members that it calls.</param>
    /// <param name="loss">The loss that the results go to; null for none.</param>
    public static MethodSpec? Parse(
        ParseContext context, IMethodSymbol method, EquatableArray<MemberSpec> members, HashSet<string> used, IMethodSymbol? loss = null)
    {
        List<ParameterSpec> parameters = [];
        foreach (IParameterSymbol parameter in method.Parameters)
        {
            AttributeData? shape = parameter.Ours(nameof(ShapeAttribute));
            parameters.Add(new ParameterSpec(
                parameter.Name,
                shape is null ? null : ShapeParser.Parse(context, shape),
                shape?.NamedArguments.Any(static a => a is { Key: nameof(ShapeAttribute.Integer), Value.Value: true }) == true,
                context.Locations.Add(parameter.Place())));
        }
        ForwardParser parser = new(context, method, members, used);
        if (parser.Parse() is not { } body || !context.IsSound)
            return null;
        return new MethodSpec(
            method.Name,
            parameters.ToEquatable(),
            ResultNames.Of(method, (Statement.Return)body[body.Count - 1], loss, ReservedNames.Extents(context, method.ContainingType)),
            body,
            Documentation.Summary(method, context.Cancellation),
            context.Locations.Add(method.Place()));
    }

    /// <summary>The type as the user would write it.</summary>
    private static string Short(ITypeSymbol type) => type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat);
}
