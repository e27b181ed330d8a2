using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using MoECompiler.Generators.Parsing;
using MoECompiler.Generators.Tests.Support;
using Xunit;

namespace MoECompiler.Generators.Tests.Diagnostics;

/// <summary>Diagnostics that one file of one project cannot show.</summary>
public sealed class OtherDiagnosticTests
{
    private const string Net = "[Model] public sealed partial class Net { public partial Part Part { get; } [Forward] public Tensor Forward(Tensor x) => Part.Forward(x); }";

    [Fact]
    public void ModuleOfAnotherProject_IsReported()
    {
        CSharpCompilation library = TestCompilation.Create("[Module] public sealed class Part { [Forward] public Tensor Forward(Tensor x) => x; }")
            .WithAssemblyName("Library");
        using MemoryStream stream = new();
        Assert.True(library.Emit(stream).Success);
        foreach (MetadataReference reference in (MetadataReference[])[MetadataReference.CreateFromImage(stream.ToArray()), library.ToMetadataReference()])
        {
            GeneratorRun run = GeneratorRun.Of(TestCompilation.Create(Net).AddReferences(reference));
            Assert.Equal("MOE1023", Assert.Single(run.Diagnostics).Id);
            Assert.Empty(run.Errors);
        }
    }

    [Fact]
    public void ModulesThatContainEachOther_AreReportedOnceEach()
    {
        GeneratorRun run = GeneratorRun.Of(
            "[Module] public sealed partial class Part { public partial Whole Whole { get; } [Forward] public Tensor Forward(Tensor x) => Whole.Forward(x); }",
            "[Module] public sealed partial class Whole { public partial Part Part { get; } [Forward] public Tensor Forward(Tensor x) => Part.Forward(x); }",
            Net);
        Assert.Equal(
            ["`Part` contains itself: Part > Whole > Part", "`Whole` contains itself: Whole > Part > Whole"],
            run.Diagnostics.Select(static d => d.GetMessage()).Order(StringComparer.Ordinal));
        Assert.Empty(run.Errors);
    }

    [Fact]
    public void ErrorInAModule_IsReportedOnce_HoweverManyModelsUseIt()
    {
        GeneratorRun run = GeneratorRun.Of(
            "[Module] public sealed partial class Part { [Linear(0, 2)] public partial Linear Stem { get; } [Forward] public Tensor Forward(Tensor x) => Stem.Forward(x); }",
            Net,
            Net.Replace("Net", "Other"));
        Assert.Equal("MOE1028", Assert.Single(run.Diagnostics).Id);
        Assert.Empty(run.Errors);
    }

    /// <summary>A mistake of ours is an error of the one model, which keeps its properties; the build goes on.</summary>
    [Fact]
    public void ExceptionWhileCompiling_IsReported_AndPropertiesAreEmitted()
    {
        Compilation compilation = TestCompilation.Create(Samples.Digits);
        INamedTypeSymbol type = compilation.GetTypeByMetadataName("App.Digits")!;
        ModelDeclaration declaration = ModelParser.Parse(type, compilation, default).Declaration;
        ModelSpec spec = declaration.Spec!;
        MemberSpec unknown = spec.Root.Members[0] with { Kind = "Nonsense" };
        CompiledModel compiled = Guard.Compile(
            declaration with { Spec = spec with { Root = spec.Root with { Members = [unknown, .. spec.Root.Members.Skip(1)] } } }, default);
        DiagnosticInfo diagnostic = Assert.Single(compiled.Diagnostics);
        Assert.Equal(("MOE9001", spec.Span), (diagnostic.Id, diagnostic.Span));
        Assert.Equal(["Digits", "compiling"], diagnostic.Arguments.Take(2));
        SourceFile file = Assert.Single(compiled.Files);
        Assert.Equal("App.Digits.Model.g.cs", file.HintName);
        Assert.Empty(compilation.AddSyntaxTrees(TestCompilation.Tree(file.Text, file.HintName)).GetDiagnostics().Where(static d => d.Severity == DiagnosticSeverity.Error));
    }

    [Fact]
    public void Cancellation_IsHandedOn()
    {
        Compilation compilation = TestCompilation.Create(Samples.Digits);
        INamedTypeSymbol type = compilation.GetTypeByMetadataName("App.Digits")!;
        using CancellationTokenSource cancelled = new();
        cancelled.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => Guard.Parse(type, compilation, cancelled.Token));
    }

    [Fact]
    public void WarningUnderPragma_IsSuppressed()
    {
        const string Source = """
            [Module] public sealed partial class Part
            {
            #pragma warning disable MOE1003
                [Linear(2, 2)] public partial Linear Spare { get; }
            #pragma warning restore MOE1003
                [Forward] public Tensor Forward(Tensor x) => x.Relu();
            }
            """;
        Compilation compilation = TestCompilation.Create(Source);
        GeneratorRun.Of(compilation).Driver.RunGeneratorsAndUpdateCompilation(compilation, out _, out var reported);
        Assert.DoesNotContain(reported, static d => d.Id == "MOE1003" && !d.IsSuppressed);
    }
}
