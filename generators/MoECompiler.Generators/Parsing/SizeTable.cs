using Microsoft.CodeAnalysis;
using MoECompiler.Generators.Diagnostics;

namespace MoECompiler.Generators.Parsing;

/// <summary>The sizes that a model uses.</summary>
internal sealed class SizeTable
{
    private readonly List<IFieldSymbol> _used = [];

    /// <summary>The size as a symbol.</summary>
    public Size Use(IFieldSymbol field)
    {
        if (!_used.Contains(field, SymbolEqualityComparer.Default))
            _used.Add(field);
        return Size.Symbol(field.Name);
    }

    public IReadOnlyList<IFieldSymbol> Used => _used;

    /// <summary>The sizes: the model's own in order of declaration, then those of other classes in order of their use.</summary>
    public EquatableArray<SizeSpec> Build(ParseContext context, INamedTypeSymbol model)
    {
        List<IFieldSymbol> own = [.. SizeDeclarations.Of(model).Where(f => _used.Contains(f, SymbolEqualityComparer.Default))];
        List<IFieldSymbol> all = [.. own, .. _used.Where(f => !own.Contains(f, SymbolEqualityComparer.Default))];
        Dictionary<string, IFieldSymbol> names = new(StringComparer.Ordinal);
        Dictionary<string, IFieldSymbol> keys = new(StringComparer.Ordinal);
        List<SizeSpec> sizes = [];
        foreach (IFieldSymbol field in all)
        {
            string? key = SizeDeclarations.ConfigKey(field);
            if (names.TryGetValue(field.Name, out IFieldSymbol? namesake))
                context.Report(MemberDescriptors.SizeTwice, field.Place(), Qualified(namesake), Qualified(field));
            else if (key is not null && keys.TryGetValue(key, out IFieldSymbol? bound))
                context.Report(MemberDescriptors.ConfigKeyTwice, field.Place(), bound.Name, field.Name, key);
            names[field.Name] = field;
            if (key is not null)
                keys[key] = field;
            sizes.Add(new SizeSpec(field.Name, field.ConstantValue as int? ?? 0, key, Documentation.Summary(field, context.Cancellation)));
        }
        foreach (IFieldSymbol field in SizeDeclarations.Of(model).Where(f => f.IsConst && !own.Contains(f, SymbolEqualityComparer.Default)))
            context.Report(MemberDescriptors.SizeNeverUsed, field.Place(), field.Name, model.Name);
        return sizes.ToEquatable();
    }

    private static string Qualified(IFieldSymbol field) => $"{field.ContainingType.Name}.{field.Name}";
}
