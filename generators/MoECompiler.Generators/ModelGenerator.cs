using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using MoECompiler.Adapters;
using MoECompiler.Generators.Diagnostics;
using MoECompiler.Generators.Emission;
using MoECompiler.Generators.Emission.Gpu;
using MoECompiler.Generators.Parsing;

namespace MoECompiler.Generators;

/// <summary>
/// The pipeline, and nothing else: each class marked [Model] is parsed, compiled and emitted by itself, each with an adapter's attribute
/// together with the model that it names; each marked [Module] gets its members. Places of diagnostics travel beside the declarations, so that
/// an edit that only moves code emits nothing anew.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class ModelGenerator : IIncrementalGenerator
{
    private static readonly Encoding s_encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        RegisterModels(context);
        foreach ((string name, _) in AdapterKinds.All)
            RegisterAdapters(context, name);
        RegisterModules(context);
        RegisterForwards(context);
        RegisterGpus(context);
    }

    /// <summary>Once an assembly, where it references MoECompiler.Gpu.</summary>
    private static void RegisterGpus(IncrementalGeneratorInitializationContext context) => context.RegisterSourceOutput(
        context.CompilationProvider.Select(static (compilation, _) => GpuReference.Has(compilation)).WithTrackingName(StepNames.Gpu),
        static (output, hasGpu) =>
        {
            if (hasGpu)
                output.AddSource(GpuRegistrationFile.HintName, SourceText.From(GpuRegistrationFile.Text, s_encoding));
        });

    private static void RegisterModels(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValuesProvider<ParsedModel> parsed = Classes(context, nameof(ModelAttribute), static (type, compilation, cancellation) =>
                Guard.Parse(type, compilation, cancellation))
            .WithTrackingName(StepNames.Parse);

        IncrementalValuesProvider<CompiledModel> compiled = parsed
            .Select(static (model, _) => model.Declaration)
            .WithTrackingName(StepNames.Declare)
            .Select(static (declaration, cancellation) => Guard.Compile(declaration, cancellation))
            .WithTrackingName(StepNames.Compile);
        Register(context, parsed.Select(static (model, _) => new ParsedClass(model.Diagnostics, model.Locations)), compiled, StepNames.Emit);
    }

    /// <summary>What parsing found, and the places that spans are numbers of.</summary>
    private sealed record ParsedClass(EquatableArray<DiagnosticInfo> Diagnostics, EquatableArray<Location> Locations);

    private static void Register(
        IncrementalGeneratorInitializationContext context,
        IncrementalValuesProvider<ParsedClass> parsed,
        IncrementalValuesProvider<CompiledModel> compiled,
        string emit)
    {
        context.RegisterSourceOutput(
            compiled.Select(static (model, _) => model.Files).WithTrackingName(emit),
            static (output, files) =>
            {
                foreach (SourceFile file in files)
                    output.AddSource(file.HintName, SourceText.From(file.Text, s_encoding));
            });

        // Both come from the same classes in the same order; the one has the places that the other's spans are numbers of.
        context.RegisterSourceOutput(parsed.Collect().Combine(compiled.Collect()), static (output, models) =>
        {
            for (int i = 0; i < models.Left.Length; i++)
                Report(output, models.Left[i].Diagnostics.Concat(models.Right[i].Diagnostics), models.Left[i].Locations);
        });
    }

    private static void RegisterAdapters(IncrementalGeneratorInitializationContext context, string kind)
    {
        IncrementalValuesProvider<ParsedAdapter> parsed = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                $"{SymbolExtensions.Namespace}.{kind}Attribute`1",
                static (node, _) => node is TypeDeclarationSyntax,
                static (found, cancellation) => found.TargetSymbol is INamedTypeSymbol type && IsFirst(found, type, cancellation) && IsFirstKind(found, type)
                    ? Guard.ParseAdapter(type, found.Attributes[0], found.SemanticModel.Compilation, cancellation)
                    : null)
            .Where(static adapter => adapter is not null)
            .Select(static (adapter, _) => adapter!)
            .WithTrackingName(StepNames.ParseAdapter);
        Register(context, parsed.Select(static (adapter, _) => new ParsedClass(adapter.Diagnostics, adapter.Locations)), parsed
            .Select(static (adapter, _) => adapter.Declaration)
            .Select(static (declaration, cancellation) => Guard.Compile(declaration, cancellation))
            .WithTrackingName(StepNames.CompileAdapter), StepNames.EmitAdapter);
    }

    private static void RegisterModules(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValuesProvider<ParsedModule> parsed = Classes(context, nameof(ModuleAttribute), static (type, compilation, cancellation) =>
                type.Has(nameof(ModelAttribute)) ? null : Guard.ParseModule(type, compilation, cancellation))
            .WithTrackingName(StepNames.ParseModule);

        context.RegisterSourceOutput(
            parsed.Select(static (module, _) => module.Declaration).WithTrackingName(StepNames.EmitModule),
            static (output, module) =>
            {
                if (Guard.EmitModule(module) is { } file)
                    output.AddSource(file.HintName, SourceText.From(file.Text, s_encoding));
            });
        context.RegisterSourceOutput(parsed, static (output, module) => Report(output, module.Diagnostics, module.Locations));
    }

    /// <summary>A [Forward] in a class that nothing compiles is most likely a forgotten [Model].</summary>
    private static void RegisterForwards(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValuesProvider<ParsedForward> forwards = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                typeof(ForwardAttribute).FullName!,
                static (node, _) => node is MethodDeclarationSyntax,
                static (found, _) => found.TargetSymbol is { ContainingType: { } type } method && !type.Has(nameof(ModelAttribute)) && !type.Has(nameof(ModuleAttribute))
                    ? new ParsedForward(method.Name, type.Name, method.Place())
                    : null)
            .Where(static forward => forward is not null)
            .Select(static (forward, _) => forward!);
        context.RegisterSourceOutput(forwards, static (output, forward) =>
            output.ReportDiagnostic(Diagnostic.Create(SettingDescriptors.ForwardWithoutModel, forward.Location, forward.Method, forward.Type)));
    }

    private sealed record ParsedForward(string Method, string Type, Location Location);

    /// <summary>The classes with the attribute, each once, however many parts it has.</summary>
    private static IncrementalValuesProvider<T> Classes<T>(
        IncrementalGeneratorInitializationContext context, string attribute, Func<INamedTypeSymbol, Compilation, CancellationToken, T?> parse)
        where T : class => context.SyntaxProvider
        .ForAttributeWithMetadataName(
            $"{SymbolExtensions.Namespace}.{attribute}",
            static (node, _) => node is TypeDeclarationSyntax,
            (found, cancellation) => found.TargetSymbol is INamedTypeSymbol type && IsFirst(found, type, cancellation)
                ? parse(type, found.SemanticModel.Compilation, cancellation)
                : null)
        .Where(static parsed => parsed is not null)
        .Select(static (parsed, _) => parsed!);

    /// <summary>Two parts of one class may both have the attribute, which is an error of C#; it is one class all the same.</summary>
    private static bool IsFirst(GeneratorAttributeSyntaxContext found, INamedTypeSymbol type, CancellationToken cancellation) => type.GetAttributes()
        .Where(a => SymbolEqualityComparer.Default.Equals(a.AttributeClass, found.Attributes[0].AttributeClass))
        .Select(a => a.ApplicationSyntaxReference?.GetSyntax(cancellation))
        .FirstOrDefault()
        ?.Ancestors().Contains(found.TargetNode) == true;

    /// <summary>A class with two kinds of adapters is reported by the one and not compiled by the other.</summary>
    private static bool IsFirstKind(GeneratorAttributeSyntaxContext found, INamedTypeSymbol type) => SymbolEqualityComparer.Default.Equals(
        found.Attributes[0].AttributeClass,
        type.GetAttributes().First(static a => a.AttributeClass?.BaseType.IsOurs(nameof(AdapterAttribute)) == true).AttributeClass);

    private static void Report(SourceProductionContext output, IEnumerable<DiagnosticInfo> diagnostics, EquatableArray<Location> locations)
    {
        foreach (DiagnosticInfo diagnostic in diagnostics)
            output.ReportDiagnostic(Descriptors.Create(diagnostic, locations));
    }
}
