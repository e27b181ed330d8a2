using Microsoft.CodeAnalysis;
using MoECompiler.Generators.Diagnostics;

namespace MoECompiler.Generators.Parsing;

/// <summary>What a class marked [Model] or [Module] comes to.</summary>
/// <param name="Spec">Null where something is wrong.</param>
/// <param name="Used">The members that the methods read so far call.</param>
internal sealed record ModuleParts(ModuleSpec? Spec, HashSet<string> Used);

/// <summary>Reads a class marked [Model] or [Module]: its sizes, its members and its Forward.</summary>
/// <param name="context">Where to report.</param>
/// <param name="path">The classes from the one that is parsed first down to the one to read.</param>
internal sealed class ModuleParser(ParseContext context, IReadOnlyList<INamedTypeSymbol> path)
{
    private readonly INamedTypeSymbol _type = path[path.Count - 1];

    private bool IsModel => _type.Has(nameof(ModelAttribute));

    public ModuleParts Parse()
    {
        HashSet<string> used = new(StringComparer.Ordinal);
        if (!ClassForm.Check(context, _type, mayDerive: IsModel ? "Model" : null))
            return new ModuleParts(null, used);
        if (IsModel && _type.Has(nameof(ModuleAttribute)))
            context.Report(SettingDescriptors.ModelAndModule, _type.Place(), _type.Name);
        SizeDeclarations.Check(context, _type);

        List<(MemberSpec Spec, IPropertySymbol Property)> members = [];
        MemberParser parser = new(context, path);
        foreach (IPropertySymbol property in _type.GetMembers().OfType<IPropertySymbol>())
        {
            context.Cancellation.ThrowIfCancellationRequested();
            if (parser.Parse(property) is { } member)
                members.Add((member, property));
        }
        WeightsParser.CheckDistinct(context, members);

        EquatableArray<MemberSpec> specs = members.Select(static m => m.Spec).ToEquatable();
        MethodSpec? forward = Forward(specs, used);
        if (!context.IsSound || forward is null)
            return new ModuleParts(null, used);
        return new ModuleParts(new ModuleSpec(_type.Name, TypeNames.Of(_type, path[0].ContainingNamespace, context.Compilation), specs, forward), used);
    }

    /// <summary>The [Forward]; members that something is wrong with are reported, so it is not read then.</summary>
    private MethodSpec? Forward(EquatableArray<MemberSpec> members, HashSet<string> used)
    {
        bool areMembersSound = context.IsSound;
        IMethodSymbol? loss = MethodParser.Find(context, _type, nameof(LossAttribute), "Loss");
        if (!IsModel && loss is not null)
            context.Report(SettingDescriptors.LossInModule, loss.Place(), loss.Name);
        IMethodSymbol? method = MethodParser.Find(context, _type, nameof(ForwardAttribute), "Forward");
        if (method is null)
        {
            context.Report(SettingDescriptors.NoForward, _type.Place(), _type.Name);
            return null;
        }
        return MethodParser.CheckForm(context, method, mayReturnSeveral: true) && areMembersSound
            ? MethodParser.Parse(context, method, members, used, loss)
            : null;
    }

    /// <summary>Reports members that no method calls.</summary>
    public static void CheckUsed(ParseContext context, INamedTypeSymbol type, ModuleParts parts)
    {
        foreach (IPropertySymbol property in type.GetMembers().OfType<IPropertySymbol>())
        {
            if (parts.Spec?.Members.Any(m => m.Name == property.Name) == true && !parts.Used.Contains(property.Name))
                context.Report(MemberDescriptors.MemberNeverUsed, property.Place(), property.Name, type.Name);
        }
    }
}
