using System.Globalization;
using Microsoft.CodeAnalysis;
using MoECompiler.Generators.Tests.Support;
using Xunit;

namespace MoECompiler.Generators.Tests.Pipeline;

public sealed class DeterminismTests
{
    [Fact]
    public void TwoRuns_EmitEqualBytes() => Assert.Equal(Emit(Samples.All), Emit(Samples.All));

    [Fact]
    public void FilesInAnotherOrder_EmitEqualBytes() => Assert.Equal(Emit(Samples.All), Emit([.. Samples.All.Reverse()]));

    [Fact]
    public void FinnishMachine_EmitsEqualBytes()
    {
        IEnumerable<(string, string)> expected = Emit(Samples.All);
        CultureInfo culture = CultureInfo.CurrentCulture;
        // Finnish writes decimals with a comma and the minus as U+2212. Globalization is invariant in this process, so it is built by hand.
        CultureInfo finnish = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        finnish.NumberFormat.NumberDecimalSeparator = ",";
        finnish.NumberFormat.NumberGroupSeparator = "\u00a0";
        finnish.NumberFormat.NegativeSign = "\u2212";
        CultureInfo.CurrentCulture = finnish;
        try
        {
            Assert.Equal("\u22121,5", (-1.5).ToString());
            Assert.Equal(expected, Emit(Samples.All));
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Fact]
    public void EmittedFiles_HaveNoCarriageReturn_AndNoPath() => Assert.All(Emit(Samples.All), static f =>
    {
        Assert.DoesNotContain('\r', f.Text);
        Assert.DoesNotContain("Source0.cs", f.Text, StringComparison.Ordinal);
        Assert.EndsWith("\n", f.Text, StringComparison.Ordinal);
    });

    /// <summary>Windows line ends in the source, which a checkout may make, change nothing.</summary>
    [Fact]
    public void WindowsLineEnds_EmitEqualBytes() => Assert.Equal(
        Emit([.. Samples.All.Select(static s => s.ReplaceLineEndings("\n"))]), Emit([.. Samples.All.Select(static s => s.ReplaceLineEndings("\r\n"))]));

    [Fact]
    public void Samples_Compile()
    {
        GeneratorRun run = GeneratorRun.Of(Samples.All);
        Assert.Empty(run.Diagnostics);
        Assert.Empty(run.Output.GetDiagnostics().Where(static d => d.Severity >= DiagnosticSeverity.Warning));
    }

    [Fact]
    public void TwoClassesOfOneName_AreTwoModels()
    {
        GeneratorRun run = GeneratorRun.Of(Samples.Digits, Samples.Digits.Replace("namespace App", "namespace Other"));
        Assert.Empty(run.Errors);
        Assert.Contains("App.Digits.Model.g.cs", run.Files.Keys);
        Assert.Contains("Other.Digits.Model.g.cs", run.Files.Keys);
    }

    [Theory]
    [InlineData("class Digits", "class digits")]
    [InlineData("namespace App", "namespace @event.App")]
    [InlineData("namespace App", "namespace Äpp.日本")]
    [InlineData("class Digits", "class Цифры")]
    public void OddNames_KeepTheGeneratorRunning(string name, string odd)
    {
        GeneratorRun run = GeneratorRun.Of(Samples.Digits, Samples.Digits.Replace(name, odd));
        Assert.Null(run.Result.Exception);
        Assert.Contains("App.Digits.Model.g.cs", run.Files.Keys);
    }

    private static IEnumerable<(string Name, string Text)> Emit(string[] sources) =>
        [.. GeneratorRun.Of(sources).Files.Select(static f => (f.Key, f.Value)).OrderBy(static f => f.Key, StringComparer.Ordinal)];
}
