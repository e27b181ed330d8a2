using MoECompiler.Generators.Tests.Support;
using Xunit;

namespace MoECompiler.Generators.Tests.Emission;

/// <summary>The emitted files of the samples' models, and of a model with repeated layers: what a user reads is reviewed in the diff.</summary>
public class SnapshotTests
{
    [Theory]
    [InlineData("ImageClassifier.cs")]
    [InlineData("CensusModel.cs")]
    [InlineData("TinyMixture.cs")]
    [InlineData("LayeredModel.cs")]
    public void Snapshot_OfASampleModel_IsWhatIsEmitted(string source)
    {
        GeneratorRun run = GeneratorRun.Of(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Sources", source)));
        Assert.Empty(run.Errors);
        Assert.DoesNotContain(run.Diagnostics, static d => d.Severity >= Microsoft.CodeAnalysis.DiagnosticSeverity.Warning);
        Snapshot.Matches(run, Path.GetFileNameWithoutExtension(source));
    }
}
