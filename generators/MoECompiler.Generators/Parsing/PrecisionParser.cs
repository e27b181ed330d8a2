using Microsoft.CodeAnalysis;

namespace MoECompiler.Generators.Parsing;

/// <summary>Reads <c>[Model(Precision = ...)]</c>: what the model's matrices are stored in.</summary>
internal static class PrecisionParser
{
    public static DType Parse(ParseContext context, INamedTypeSymbol type)
    {
        List<WrittenArgument> arguments = type.Ours(nameof(ModelAttribute)) is { } model ? ArgumentParser.Parse(context, model) ?? [] : [];
        WrittenArgument? written = arguments.FirstOrDefault(static a => a.Name == nameof(ModelAttribute.Precision));
        return written?.Spec.Value is ArgumentValue.Choice { Member: var member } ? Storage(member) : DType.F32;
    }

    private static DType Storage(string member) => member switch
    {
        nameof(Precision.Float16) => DType.F16,
        nameof(Precision.BFloat16) => DType.BF16,
        nameof(Precision.Nf4) => DType.NF4,
        _ => DType.F32,
    };
}
