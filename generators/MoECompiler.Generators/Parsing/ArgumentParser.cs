using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using MoECompiler.Generators.Diagnostics;

namespace MoECompiler.Generators.Parsing;

/// <summary>An argument of an attribute as it was written: what goes into the spec, its constant value, and where it stands.</summary>
internal sealed record WrittenArgument(ArgumentSpec Spec, object Constant, Location Location)
{
    public string Name => Spec.Name;

    /// <summary>The value of a number, for checks of its range at the default sizes.</summary>
    public double Number => System.Convert.ToDouble(Constant, CultureInfo.InvariantCulture);
}

/// <summary>Reads the arguments of a module's attribute. They are constants by the law of C#; what is kept is how ints are computed from sizes.</summary>
internal static class ArgumentParser
{
    /// <summary>The written arguments in the order of the attribute's parameters, then options as written; null where C# itself finds an error.</summary>
    public static List<WrittenArgument>? Parse(ParseContext context, AttributeData attribute)
    {
        if (Creation(context, attribute) is not { } creation)
            return null;
        List<WrittenArgument> arguments = [];
        foreach (IArgumentOperation argument in creation.Arguments.OrderBy(static a => a.Parameter?.Ordinal))
        {
            if (argument is { ArgumentKind: not ArgumentKind.DefaultValue, Parameter: { } parameter } && Value(context, argument.Value.Unwrap(), isOption: false) is { } written)
                arguments.Add(written with { Spec = written.Spec with { Name = parameter.Name.Pascal() } });
        }
        foreach (ISimpleAssignmentOperation option in creation.Initializer?.Initializers.OfType<ISimpleAssignmentOperation>() ?? [])
        {
            if (option.Target is IPropertyReferenceOperation { Property.Name: var name } && Value(context, option.Value.Unwrap(), isOption: true) is { } written)
                arguments.Add(written with { Spec = written.Spec with { Name = name } });
        }
        return arguments;
    }

    /// <summary>The attribute as the call of its constructor; null where C# itself finds an error.</summary>
    public static IObjectCreationOperation? Creation(ParseContext context, AttributeData attribute)
    {
        SyntaxNode? syntax = attribute.ApplicationSyntaxReference?.GetSyntax(context.Cancellation);
        if (context.Operation(syntax) is IAttributeOperation { Operation: IObjectCreationOperation creation } && !creation.IsBroken())
            return creation;
        context.Fail();
        return null;
    }

    private static WrittenArgument? Value(ParseContext context, IOperation operation, bool isOption)
    {
        Location location = operation.Syntax.GetLocation();
        if (operation.ConstantValue is not { HasValue: true, Value: { } constant })
        {
            context.Fail();
            return null;
        }
        ArgumentValue? value;
        if (constant is int && operation.Type is { SpecialType: SpecialType.System_Int32 } && !isOption)
            value = SizeParser.Parse(context, operation) is { } size ? new ArgumentValue.Integer(size) : null;
        else
            value = Plain(context, operation, constant);
        return value is null ? null : new WrittenArgument(new ArgumentSpec("", value, context.Locations.Add(location)), constant, location);
    }

    /// <summary>What is baked into the model: it may not hang on a size, which each instance may choose.</summary>
    private static ArgumentValue? Plain(ParseContext context, IOperation operation, object constant)
    {
        if (Constants.FirstSize(context, operation) is { } size)
        {
            context.Report(ForwardDescriptors.NumberFromSize, operation.Syntax.GetLocation(), Wording.Of(operation.Syntax), size.Name);
            return null;
        }
        if (operation.Type is INamedTypeSymbol { TypeKind: TypeKind.Enum } type)
            return Choice(context, operation, type, constant);
        switch (constant)
        {
            case int integer:
                return new ArgumentValue.Integer(Size.Of(integer));
            case float number:
                return new ArgumentValue.Number(number);
            case bool flag:
                return new ArgumentValue.Boolean(flag);
            case string text:
                return new ArgumentValue.Text(text);
            default:
                context.Fail();
                return null;
        }
    }

    private static ArgumentValue? Choice(ParseContext context, IOperation operation, INamedTypeSymbol type, object constant)
    {
        List<IFieldSymbol> members = [.. type.GetMembers().OfType<IFieldSymbol>().Where(static f => f.HasConstantValue)];
        if (members.FirstOrDefault(f => Equals(f.ConstantValue, constant)) is { } member)
            return new ArgumentValue.Choice(type.Name, member.Name);
        context.Report(
            MemberDescriptors.ArgumentRange, operation.Syntax.GetLocation(), Wording.Of(operation.Syntax), type.Name, Wording.Of(constant),
            "one of " + string.Join(", ", members.Select(static m => m.Name)));
        return null;
    }
}
