using MoECompiler.Generators.Tests.Support;
using Xunit;

namespace MoECompiler.Generators.Tests.Emission;

/// <summary>The emitted files of the samples' models, of a model with repeated layers, and of one stored in 16 bits: what a user reads is reviewed in the diff.</summary>
public class SnapshotTests
{
    [Theory]
    [InlineData("ImageClassifier.cs", true)]
    [InlineData("CensusModel.cs", true)]
    [InlineData("TinyMixture.cs", false)]
    [InlineData("LayeredModel.cs", true)]
    [InlineData("BrainModel.cs", false)]
    public void Snapshot_OfASampleModel_IsWhatIsEmitted(string source, bool isForGpus)
    {
        string text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Sources", source));
        GeneratorRun run = GeneratorRun.Of(isForGpus ? TestCompilation.CreateForGpus(text) : TestCompilation.Create(text));
        Assert.Empty(run.Errors);
        Assert.DoesNotContain(run.Diagnostics, static d => d.Severity >= Microsoft.CodeAnalysis.DiagnosticSeverity.Warning);
        Snapshot.Matches(run, Path.GetFileNameWithoutExtension(source));
    }
}
