using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;
using MoECompiler.Generators.Diagnostics;
using MoECompiler.Generators.Tests.Support;
using Xunit;

namespace MoECompiler.Generators.Tests.Diagnostics;

public sealed class DiagnosticTests
{
    internal static DiagnosticCase[] All { get; } =
        [.. SettingCases.All, .. ForwardCases.All, .. MemberCases.All, .. ShapeCases.All, .. CheckpointCases.All, .. AdapterCases.All, .. RouterCases.All, .. EvolutionCases.All];

    public static TheoryData<DiagnosticCase> Cases => [.. All];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Case_IsReportedOnceAtItsPlace_AndCSharpAddsNothing(DiagnosticCase diagnosticCase)
    {
        (string source, TextSpan? place) = Markup.Parse(diagnosticCase.Source);
        GeneratorRun run = GeneratorRun.Of(source);
        Diagnostic diagnostic = Assert.Single(run.Diagnostics);
        Assert.Equal((diagnosticCase.Id, diagnosticCase.Message), (diagnostic.Id, diagnostic.GetMessage()));
        Assert.Equal(source.Substring(place!.Value.Start, place.Value.Length), source.Substring(diagnostic.Location.SourceSpan.Start, diagnostic.Location.SourceSpan.Length));
        Assert.Equal(place, diagnostic.Location.SourceSpan);
        Assert.Equal(diagnosticCase.CSharp, run.Errors.Select(static e => e.Id));
    }

    /// <summary>MOE1023 needs two projects and MOE9001 a mistake of ours: they have tests of their own.</summary>
    [Fact]
    public void Diagnostics_HaveACaseEach() => Assert.Equal(
        Descriptors.All.Select(static d => d.Id).Except(["MOE1023", "MOE9001"]).Order(StringComparer.Ordinal),
        All.Select(static c => c.Id).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void Errors_CannotBeConfiguredAway() => Assert.All(
        Descriptors.All.Where(static d => d.DefaultSeverity == DiagnosticSeverity.Error),
        static d => Assert.Contains(WellKnownDiagnosticTags.NotConfigurable, d.CustomTags));
}
