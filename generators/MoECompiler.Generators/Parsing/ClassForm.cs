using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using MoECompiler.Generators.Diagnostics;

namespace MoECompiler.Generators.Parsing;

/// <summary>What a class must be for the compiler to write its other half.</summary>
internal static class ClassForm
{
    /// <summary>Whether the other half may be added: C# takes a second part only if each part says so.</summary>
    public static bool IsPartial(INamedTypeSymbol type, CancellationToken cancellation) => type.DeclaringSyntaxReferences.All(
        r => r.GetSyntax(cancellation) is TypeDeclarationSyntax declaration && declaration.Modifiers.Any(SyntaxKind.PartialKeyword));

    /// <param name="context">Where to report.</param>
    /// <param name="type">The class.</param>
    /// <param name="mayDerive">The base class that may be named, because the emitted half names it too; null for none.</param>
    /// <returns>Whether the class is one that is worth reading on.</returns>
    public static bool Check(ParseContext context, INamedTypeSymbol type, string? mayDerive)
    {
        if (Oddity(type, mayDerive) is { } oddity)
        {
            context.Report(SettingDescriptors.ClassForm, type.Place(), type.Name, oddity);
            return false;
        }
        if (type.BaseType.IsError())
            context.Fail();
        bool isPartial = IsPartial(type, context.Cancellation);
        if (!isPartial || !type.IsSealed)
            context.Report(SettingDescriptors.NotSealedPartial, type.Place(), type.Name, "sealed partial");
        return true;
    }

    private static string? Oddity(INamedTypeSymbol type, string? mayDerive) => type switch
    {
        { ContainingType: { } outer } => $"is nested in `{outer.Name}`",
        { Arity: > 0 } => "has type parameters",
        { IsStatic: true } => "is static",
        { IsAbstract: true } => "is abstract",
        { IsRecord: true } => "is a record",
        { IsFileLocal: true } => "is local to its file",
        { BaseType: { SpecialType: not SpecialType.System_Object } parent } when !parent.IsError() && !(mayDerive is not null && parent.IsOurs(mayDerive)) =>
            $"derives from `{parent.Name}`",
        _ when type.InstanceConstructors.Any(static c => c.DeclaringSyntaxReferences.Any(static r => r.GetSyntax() is TypeDeclarationSyntax)) =>
            "has a constructor in its head",
        _ => null,
    };
}
