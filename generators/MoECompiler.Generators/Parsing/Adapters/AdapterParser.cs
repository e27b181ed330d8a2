using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using MoECompiler.Adapters;
using MoECompiler.Generators.Diagnostics;

namespace MoECompiler.Generators.Parsing;

/// <summary>Reads a class with an adapter's attribute, and the model that the attribute names.</summary>
internal static class AdapterParser
{
    public static ParsedAdapter Parse(INamedTypeSymbol type, AttributeData attribute, Compilation compilation, CancellationToken cancellation)
    {
        ParseContext context = new(compilation, cancellation);
        DeclaredClass declared = DeclaredClass.Of(type, compilation, cancellation);
        AdapterSpec? spec = Spec(context, type, attribute, declared);
        return new ParsedAdapter(new AdapterDeclaration(declared, context.IsSound ? spec : null), context.Diagnostics, context.Locations.ToEquatable());
    }

    private static AdapterSpec? Spec(ParseContext context, INamedTypeSymbol type, AttributeData attribute, DeclaredClass declared)
    {
        if (!ClassForm.Check(context, type, mayDerive: "Adapter"))
            return null;
        if (type.GetAttributes().Count(static a => a.AttributeClass?.BaseType.IsOurs(nameof(AdapterAttribute)) == true) > 1)
            context.Report(AdapterDescriptors.TwoKinds, type.Place(), type.Name);
        if (ArgumentParser.Creation(context, attribute) is not { } creation || Base(context, type, attribute) is not { } model)
            return null;
        WrittenOptions options = new(context, creation);
        string name = attribute.AttributeClass!.Name.Substring(0, attribute.AttributeClass.Name.Length - "Attribute".Length);
        AdapterKind kind = AdapterKinds.All.First(k => k.Name == name).Make(options);
        bool hasBank = options.Flag("Bank");
        if (hasBank && kind is not LowRankKind)
            context.Report(AdapterDescriptors.NoBank, options.Place("Bank"), name);
        return new AdapterSpec(
            model,
            TypeNames.Of(attribute.AttributeClass.TypeArguments[0], type.ContainingNamespace, context.Compilation),
            declared.Namespace,
            type.DeclaredAccessibility == Accessibility.Public ? "public" : "internal",
            type.Name,
            kind,
            options.Targets(),
            hasBank,
            context.Locations.Add(type.Place()));
    }

    /// <summary>The model, if its declaration can be read and is sound; what is wrong with it is reported where it stands.</summary>
    private static ModelSpec? Base(ParseContext context, INamedTypeSymbol type, AttributeData attribute)
    {
        if (attribute.AttributeClass!.TypeArguments[0] is not INamedTypeSymbol model || model.IsError())
        {
            context.Fail();
            return null;
        }
        if (!model.Has(nameof(ModelAttribute)) || !SymbolEqualityComparer.Default.Equals(model.ContainingAssembly, context.Compilation.Assembly))
        {
            context.Report(AdapterDescriptors.NotAModel, type.Place(), type.Name, model.Name);
            return null;
        }
        if (type.DeclaredAccessibility == Accessibility.Public && model.DeclaredAccessibility != Accessibility.Public)
            context.Report(AdapterDescriptors.HiddenModel, type.Place(), type.Name, model.Name);
        ModelSpec? spec = ModelParser.Parse(model, context.Compilation, context.Cancellation).Declaration.Spec;
        if (spec is null)
            context.Fail();
        foreach (MemberSpec member in spec?.Root.Members ?? [])
        {
            if (member.Accessibility is "private" or "protected" or "private protected" or "")
                context.Report(AdapterDescriptors.PrivateMember, type.Place(), type.Name, model.Name, member.Name);
        }
        return spec;
    }

    /// <summary>The options of the attribute, checked as they are asked for.</summary>
    private sealed class WrittenOptions(ParseContext context, IObjectCreationOperation creation) : AdapterArguments
    {
        private readonly Dictionary<string, IOperation> _options = (creation.Initializer?.Initializers.OfType<ISimpleAssignmentOperation>() ?? [])
            .Where(static o => o.Target is IPropertyReferenceOperation)
            .ToDictionary(static o => ((IPropertyReferenceOperation)o.Target).Property.Name, static o => o.Value.Unwrap(), StringComparer.Ordinal);

        public override int Integer(string name, int otherwise, int minimum, int maximum = int.MaxValue)
        {
            int value = Constant(name) is int written ? written : otherwise;
            if (_options.ContainsKey(name) && (value < minimum || value > maximum))
                Report(name, maximum == int.MaxValue ? $"at least {Wording.Of((object)minimum)}" : $"from {Wording.Of((object)minimum)} to {Wording.Of((object)maximum)}");
            return value;
        }

        public override float Number(string name, float otherwise)
        {
            float value = Constant(name) is { } written ? System.Convert.ToSingle(written, CultureInfo.InvariantCulture) : otherwise;
            if (float.IsNaN(value) || float.IsInfinity(value))
                Report(name, "a finite number");
            return value;
        }

        public override string Choice(string name, string otherwise) => _options.TryGetValue(name, out IOperation? written)
            && written.Type is INamedTypeSymbol type
            && type.GetMembers().OfType<IFieldSymbol>().FirstOrDefault(f => f.HasConstantValue && Equals(f.ConstantValue, written.ConstantValue.Value)) is { } member
                ? member.Name
                : otherwise;

        public override bool Flag(string name) => Constant(name) is true;

        /// <summary>Where an option was written.</summary>
        public Location Place(string name) => _options[name].Syntax.GetLocation();

        public EquatableArray<TargetSpec>? Targets()
        {
            if (!_options.TryGetValue("Targets", out IOperation? written) || written.ConstantValue is { HasValue: true, Value: null })
                return null;
            IEnumerable<IOperation> elements = written switch
            {
                ICollectionExpressionOperation collection => collection.Elements,
                IArrayCreationOperation { Initializer: { } initializer } => initializer.ElementValues,
                _ => [],
            };
            return elements.Select(static e => e.Unwrap())
                .Where(static e => e.ConstantValue is { HasValue: true, Value: string })
                .Select(e => new TargetSpec((string)e.ConstantValue.Value!, context.Span(e.Syntax)))
                .ToEquatable();
        }

        private object? Constant(string name) => _options.TryGetValue(name, out IOperation? written) ? written.ConstantValue.Value : null;

        private void Report(string name, string expected)
        {
            SyntaxNode syntax = _options[name].Syntax;
            context.Report(AdapterDescriptors.OptionRange, syntax.GetLocation(), name, Wording.Of(syntax), expected);
        }
    }
}
