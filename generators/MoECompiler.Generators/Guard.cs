using System.Globalization;
using Microsoft.CodeAnalysis;
using MoECompiler.Generators.Diagnostics;
using MoECompiler.Generators.Emission;
using MoECompiler.Generators.Parsing;

namespace MoECompiler.Generators;

/// <summary>
/// Keeps the steps from what would spoil a whole build: an exception becomes MOE9001 of its model, a model without files gets its
/// properties, and numbers are written the same whatever the machine's language.
/// </summary>
internal static class Guard
{
    public static ParsedModel Parse(INamedTypeSymbol type, Compilation compilation, CancellationToken cancellation) => Run(
        () => ModelParser.Parse(type, compilation, cancellation),
        error => new ParsedModel(
            new ModelDeclaration(Bare(type, compilation, cancellation), null), [Failure(type.Name, "parsing", error)], [type.Place()]));

    public static ParsedModule ParseModule(INamedTypeSymbol type, Compilation compilation, CancellationToken cancellation) => Run(
        () => ModelParser.ParseModule(type, compilation, cancellation),
        error => new ParsedModule(
            new ModuleDeclaration(Bare(type, compilation, cancellation), false), [Failure(type.Name, "parsing", error)], [type.Place()]));

    public static ParsedAdapter ParseAdapter(INamedTypeSymbol type, AttributeData attribute, Compilation compilation, CancellationToken cancellation) => Run(
        () => AdapterParser.Parse(type, attribute, compilation, cancellation),
        error => new ParsedAdapter(
            new AdapterDeclaration(Bare(type, compilation, cancellation), null), [Failure(type.Name, "parsing", error)], [type.Place()]));

    public static CompiledModel Compile(AdapterDeclaration declaration, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        CompiledModel compiled = declaration.Spec is { } spec
            ? Run(() => Compiler.Compile(spec), error => new CompiledModel([], [Failure(spec.Name, "compiling", error) with { Span = spec.Span }]))
            : new CompiledModel([], []);
        return compiled with { Files = compiled.Files.Select(f => Qualified(f, declaration.Class)).ToEquatable() };
    }

    public static CompiledModel Compile(ModelDeclaration declaration, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        CompiledModel compiled = declaration.Spec is { } spec
            ? Run(() => Compiler.Compile(spec), error => new CompiledModel([], [Failure(spec.Name, "compiling", error) with { Span = spec.Span }]))
            : new CompiledModel([], []);
        if (compiled.Files.Count == 0 && UncompiledFile.Emit(declaration.Class, "Model") is { } file)
            compiled = compiled with { Files = [file] };
        return compiled with { Files = compiled.Files.Select(f => Qualified(f, declaration.Class)).ToEquatable() };
    }

    /// <summary>The file of a module; null where the class cannot have another half.</summary>
    public static SourceFile? EmitModule(ModuleDeclaration module)
    {
        SourceFile? file = module.IsSound ? ModuleFile.Emit(module.Class) : UncompiledFile.Emit(module.Class, "Module");
        return file is null ? null : Qualified(file, module.Class);
    }

    /// <summary>Two classes of one name in two namespaces have files of two names.</summary>
    private static SourceFile Qualified(SourceFile file, DeclaredClass declared) =>
        file with { HintName = declared.FileName + file.HintName.Substring(declared.Name.Length) };

    private static DeclaredClass Bare(INamedTypeSymbol type, Compilation compilation, CancellationToken cancellation) => Run(
        () => DeclaredClass.Of(type, compilation, cancellation), error => new DeclaredClass("", type.Name, type.Name, [], []));

    /// <summary>Span 0: the place of the class is then the only one.</summary>
    private static DiagnosticInfo Failure(string name, string step, Exception error) =>
        new(InternalDescriptors.Failure.Id, 0, [name, step, $"{error.GetType().Name}: {error.Message}".Replace('\r', ' ').Replace('\n', ' ')]);

    private static T Run<T>(Func<T> step, Func<Exception, T> failed)
    {
        // Finnish, for one, writes a minus that C# does not read. The analyzer's ban is on reading the culture to decide by it.
#pragma warning disable RS1035
        CultureInfo culture = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        try
        {
            return step();
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            return failed(error);
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
#pragma warning restore RS1035
    }
}
