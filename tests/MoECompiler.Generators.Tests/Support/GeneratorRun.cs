using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace MoECompiler.Generators.Tests.Support;

/// <summary>What the generator makes of a compilation.</summary>
/// <param name="Driver">For another run after an edit.</param>
/// <param name="Output">The compilation with the emitted files.</param>
internal sealed record GeneratorRun(GeneratorDriver Driver, Compilation Output)
{
    public GeneratorRunResult Result => Driver.GetRunResult().Results[0];

    /// <summary>What the generator reports, in order of places.</summary>
    public ImmutableArray<Diagnostic> Diagnostics => [.. Result.Diagnostics.OrderBy(static d => d.Location.SourceSpan.Start)];

    /// <summary>The emitted files by their names.</summary>
    public IReadOnlyDictionary<string, string> Files => Result.GeneratedSources.ToDictionary(static s => s.HintName, static s => s.SourceText.ToString());

    /// <summary>The errors of the C# compiler, in the user's files and in the emitted ones.</summary>
    public ImmutableArray<Diagnostic> Errors => [.. Output.GetDiagnostics().Where(static d => d.Severity == DiagnosticSeverity.Error)];

    public static GeneratorRun Of(params string[] sources) => Of(TestCompilation.Create(sources));

    public static GeneratorRun Of(Compilation compilation)
    {
        GeneratorDriver driver = CSharpGeneratorDriver.Create(
            [new ModelGenerator().AsSourceGenerator()],
            parseOptions: TestCompilation.ParseOptions,
            driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));
        return Run(driver, compilation);
    }

    /// <summary>Runs again on an edited compilation, with what the last run has kept.</summary>
    public GeneratorRun Again(Compilation edited) => Run(Driver, edited);

    private static GeneratorRun Run(GeneratorDriver driver, Compilation compilation)
    {
        driver = driver.RunGeneratorsAndUpdateCompilation(compilation, out Compilation output, out _);
        return new GeneratorRun(driver, output);
    }
}
