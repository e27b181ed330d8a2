using Microsoft.CodeAnalysis;

namespace MoECompiler.Generators.Parsing;

/// <summary>A class marked [Model], parsed.</summary>
/// <param name="Declaration">What the emitted code depends on.</param>
/// <param name="Diagnostics">What there is to report.</param>
/// <param name="Locations">The places that spans are numbers of. They keep syntax trees, so that <c>#pragma warning</c> counts; nothing is emitted from them.</param>
internal sealed record ParsedModel(ModelDeclaration Declaration, EquatableArray<DiagnosticInfo> Diagnostics, EquatableArray<Location> Locations);

/// <summary>A model without places: equal for two texts that differ only in where things stand.</summary>
/// <param name="Class">Its properties, which are implemented even where something is wrong.</param>
/// <param name="Spec">Null where something is wrong.</param>
internal sealed record ModelDeclaration(DeclaredClass Class, ModelSpec? Spec);

/// <summary>A class marked [Module], parsed.</summary>
/// <param name="Declaration">What the emitted code depends on.</param>
/// <param name="Diagnostics">What there is to report.</param>
/// <param name="Locations">The places that spans are numbers of.</param>
internal sealed record ParsedModule(ModuleDeclaration Declaration, EquatableArray<DiagnosticInfo> Diagnostics, EquatableArray<Location> Locations);

/// <summary>A module without places.</summary>
/// <param name="Class">Its properties, which are implemented even where something is wrong.</param>
/// <param name="IsSound">Whether nothing is wrong.</param>
internal sealed record ModuleDeclaration(DeclaredClass Class, bool IsSound);
