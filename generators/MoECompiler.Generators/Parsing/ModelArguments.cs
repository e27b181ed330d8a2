using Microsoft.CodeAnalysis;

namespace MoECompiler.Generators.Parsing;

/// <summary>Reads the arguments of <c>[Model]</c>.</summary>
internal static class ModelArguments
{
    /// <summary><c>[Model(Precision = ...)]</c>: what the model's matrices are stored in.</summary>
    public static DType ParseStorage(ParseContext context, INamedTypeSymbol type) =>
        Find(context, type, nameof(ModelAttribute.Precision))?.Spec.Value is ArgumentValue.Choice { Member: var member } ? Storage(member) : DType.F32;

    /// <summary><c>[Model(FusedUpdate = true)]</c>.</summary>
    public static bool ParseFusedUpdate(ParseContext context, INamedTypeSymbol type) =>
        Find(context, type, nameof(ModelAttribute.FusedUpdate))?.Spec.Value is ArgumentValue.Boolean { Value: true };

    private static WrittenArgument? Find(ParseContext context, INamedTypeSymbol type, string name) =>
        (type.Ours(nameof(ModelAttribute)) is { } model ? ArgumentParser.Parse(context, model) ?? [] : []).FirstOrDefault(a => a.Name == name);

    private static DType Storage(string member) => member switch
    {
        nameof(Precision.Float16) => DType.F16,
        nameof(Precision.BFloat16) => DType.BF16,
        nameof(Precision.Nf4) => DType.NF4,
        _ => DType.F32,
    };
}
