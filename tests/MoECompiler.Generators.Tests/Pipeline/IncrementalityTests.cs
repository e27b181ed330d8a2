using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using MoECompiler.Generators.Tests.Support;
using Xunit;

namespace MoECompiler.Generators.Tests.Pipeline;

/// <summary>What an edit runs again: the steps are watched by their names.</summary>
public sealed class IncrementalityTests
{
    private const string Elsewhere = "namespace App; public static class Program { public static int Answer => 41; }";

    [Fact]
    public void EditOfAnotherFile_EmitsNothing()
    {
        GeneratorRun edited = Edit(Elsewhere, Elsewhere.Replace("41", "6 * 7"));
        AssertKept(edited, StepNames.Parse);
        AssertKept(edited, StepNames.ParseAdapter);
        AssertNothingEmitted(edited);
        AssertNothingReported(edited);
    }

    [Fact]
    public void CommentAboveAModel_EmitsNothing()
    {
        GeneratorRun edited = Edit(Samples.Digits, Samples.Digits.Replace("/// <summary>Tells", "// Two\n// lines.\n/// <summary>Tells"));
        AssertKept(edited, StepNames.Declare);
        AssertNothingEmitted(edited);
    }

    [Fact]
    public void CommentInsideAForward_EmitsNothing() =>
        AssertNothingEmitted(Edit(Samples.Digits, Samples.Digits.Replace("x += First", "// The experts.\n        x += First")));

    [Fact]
    public void EditOfOneModel_CompilesAndEmitsThatModelOnly()
    {
        GeneratorRun edited = Edit(Samples.Digits, Samples.Digits.Replace(".Relu()", ".Gelu()"));
        Assert.Equal(
            [IncrementalStepRunReason.Modified, IncrementalStepRunReason.Cached, IncrementalStepRunReason.Cached],
            Reasons(edited, StepNames.Compile).Order());
        Assert.Equal(
            [IncrementalStepRunReason.Modified, IncrementalStepRunReason.Cached, IncrementalStepRunReason.Cached],
            Reasons(edited, StepNames.Emit).Order());
        AssertKept(edited, StepNames.EmitModule);
    }

    [Fact]
    public void EditOfAModel_CompilesItsAdapterAndNoOther()
    {
        GeneratorRun edited = Edit(Samples.Digits, Samples.Digits.Replace(".Relu()", ".Gelu()"));
        Assert.Equal([IncrementalStepRunReason.Modified, IncrementalStepRunReason.Cached], Reasons(edited, StepNames.CompileAdapter).Order());
        AssertKept(Edit(Samples.Tasks, Samples.Tasks.Replace("0.5f", "0.25f")), StepNames.EmitAdapter);
    }

    [Fact]
    public void EditOfAnAdapter_CompilesItAlone()
    {
        GeneratorRun edited = Edit(Samples.Adapters, Samples.Adapters.Replace("Rank = 4", "Rank = 2"));
        Assert.Equal([IncrementalStepRunReason.Modified, IncrementalStepRunReason.Cached], Reasons(edited, StepNames.CompileAdapter).Order());
        AssertKept(edited, StepNames.Emit);
    }

    [Fact]
    public void CommentAboveAnAdapter_EmitsNothing() =>
        AssertNothingEmitted(Edit(Samples.Adapters, Samples.Adapters.Replace("[Lora", "// Trained at home.\n[Lora")));

    [Fact]
    public void EditOfAModule_CompilesTheModelThatHasIt()
    {
        GeneratorRun edited = Edit(Samples.Block, Samples.Block.Replace(".Silu()", ".Gelu()"));
        Assert.Equal(
            [IncrementalStepRunReason.Modified, IncrementalStepRunReason.Cached, IncrementalStepRunReason.Cached],
            Reasons(edited, StepNames.Compile).Order());
        // The module's members are the same.
        AssertKept(edited, StepNames.EmitModule);
    }

    [Fact]
    public void NewModel_LeavesTheOthersAlone()
    {
        GeneratorRun edited = Edit(Elsewhere, Samples.Digits.Replace("class Digits", "class Letters"));
        Assert.Equal(1, Reasons(edited, StepNames.Compile).Count(static r => r == IncrementalStepRunReason.New));
        Assert.Equal(3, Reasons(edited, StepNames.Compile).Count(static r => r == IncrementalStepRunReason.Cached));
    }

    [Fact]
    public void MovedError_IsReportedAtItsNewPlace_AndEmitsNothing()
    {
        string wrong = Samples.Digits.Replace("Linear(Width, Classes)", "Linear(Width, 0)");
        string[] sources = [.. Samples.All.Where(static s => s != Samples.Digits), wrong];
        GeneratorRun first = GeneratorRun.Of(sources);
        Diagnostic before = Assert.Single(first.Diagnostics);
        GeneratorRun edited = first.Again(TestCompilation.Create([.. sources[..^1], "// Moved.\n" + wrong]));
        Diagnostic after = Assert.Single(edited.Diagnostics);
        Assert.Equal(before.Location.GetLineSpan().StartLinePosition.Line + 1, after.Location.GetLineSpan().StartLinePosition.Line);
        AssertNothingEmitted(edited);
    }

    /// <summary>Edits one file of all samples and one more; the trees of the others stay.</summary>
    private static GeneratorRun Edit(string before, string after)
    {
        Assert.NotEqual(before, after);
        Compilation compilation = TestCompilation.Create([.. Samples.All, Elsewhere]);
        SyntaxTree old = compilation.SyntaxTrees.Single(t => t.ToString() == before);
        GeneratorRun first = GeneratorRun.Of(compilation);
        Assert.Empty(first.Diagnostics);
        return first.Again(compilation.ReplaceSyntaxTree(old, TestCompilation.Tree(after, old.FilePath)));
    }

    private static IncrementalStepRunReason[] Reasons(GeneratorRun run, string step) =>
        [.. run.Result.TrackedSteps[step].SelectMany(static s => s.Outputs).Select(static o => o.Reason)];

    private static void AssertNothingEmitted(GeneratorRun run)
    {
        AssertKept(run, StepNames.Emit);
        AssertKept(run, StepNames.EmitModule);
        AssertKept(run, StepNames.EmitAdapter);
    }

    /// <summary>The step did not run, or what it gave is equal to what it gave before.</summary>
    private static void AssertKept(GeneratorRun run, string step) => Assert.All(
        Reasons(run, step), static r => Assert.True(r is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged, r.ToString()));

    private static void AssertNothingReported(GeneratorRun run)
    {
        IEnumerable<ImmutableArray<IncrementalGeneratorRunStep>> outputs = run.Result.TrackedOutputSteps.Values;
        Assert.All(outputs.SelectMany(static s => s).SelectMany(static s => s.Outputs), static o => Assert.Equal(IncrementalStepRunReason.Cached, o.Reason));
    }
}
