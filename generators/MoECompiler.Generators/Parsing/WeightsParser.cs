using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using MoECompiler.Generators.Diagnostics;

namespace MoECompiler.Generators.Parsing;

/// <summary>Reads [Weights("...")], the names of members in checkpoints.</summary>
internal static class WeightsParser
{
    private const string Layer = "{layer}";

    /// <summary>The name; null where the property's own stands for it.</summary>
    public static string? Parse(ParseContext context, IPropertySymbol property, bool isLayers)
    {
        if (property.Ours(nameof(WeightsAttribute)) is not { } attribute)
            return null;
        if (attribute.ConstructorArguments is not [{ Kind: TypedConstantKind.Primitive } argument])
        {
            context.Fail();
            return null;
        }
        string name = argument.Value as string ?? "";
        Location location = attribute.ApplicationSyntaxReference?.GetSyntax(context.Cancellation).GetLocation() ?? property.Place();
        string? unknown = Regex.Matches(name, @"\{[^}]*\}?").Cast<Match>().Select(static m => m.Value).FirstOrDefault(static m => m != Layer);
        if (name.Split('.').Any(static part => part.Length == 0 || part.Any(static c => char.IsWhiteSpace(c) || c is '"' or '\\')))
            context.Report(CheckpointDescriptors.BadName, location, name, property.Name);
        else if (unknown is not null)
            context.Report(CheckpointDescriptors.UnknownPlaceholder, location, name, property.Name, unknown);
        else if (isLayers && !name.Contains(Layer))
            context.Report(CheckpointDescriptors.LayerMissing, location, name, property.Name);
        else if (!isLayers && name.Contains(Layer))
            context.Report(CheckpointDescriptors.LayerMisplaced, location, name, property.Name);
        return name;
    }

    /// <summary>Reports members of one class that a checkpoint could not tell apart.</summary>
    public static void CheckDistinct(ParseContext context, IReadOnlyList<(MemberSpec Spec, IPropertySymbol Property)> members)
    {
        Dictionary<string, string> names = new(StringComparer.Ordinal);
        foreach ((MemberSpec member, IPropertySymbol property) in members)
        {
            string name = member.Weights ?? member.Name;
            if (names.TryGetValue(name, out string? other))
                context.Report(CheckpointDescriptors.NameTwice, property.Place(), other, member.Name, name);
            else
                names[name] = member.Name;
        }
    }
}
