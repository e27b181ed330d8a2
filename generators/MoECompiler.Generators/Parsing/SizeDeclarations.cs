using Microsoft.CodeAnalysis;
using MoECompiler.Generators.Diagnostics;

namespace MoECompiler.Generators.Parsing;

/// <summary>The fields of a class that are marked [Size].</summary>
internal static class SizeDeclarations
{
    public static IEnumerable<IFieldSymbol> Of(INamedTypeSymbol type) => type.GetMembers().OfType<IFieldSymbol>().Where(static f => f.IsSize());

    /// <summary>Reports those that are no constants, or no extents.</summary>
    public static void Check(ParseContext context, INamedTypeSymbol type)
    {
        foreach (IFieldSymbol field in Of(type))
        {
            if (field.Type.IsError() || field is { IsConst: true, HasConstantValue: false })
                context.Fail();
            else if (!field.IsConst || field.ConstantValue is not int value)
                context.Report(MemberDescriptors.SizeNotConstant, field.Place(), field.Name);
            else if (value < 1)
                context.Report(MemberDescriptors.SizeNotPositive, field.Place(), field.Name, Wording.Of(value));
        }
    }

    public static string? ConfigKey(IFieldSymbol field) =>
        field.Ours(nameof(SizeAttribute)) is { ConstructorArguments: [{ Kind: TypedConstantKind.Primitive, Value: string key }] } ? key : null;
}
