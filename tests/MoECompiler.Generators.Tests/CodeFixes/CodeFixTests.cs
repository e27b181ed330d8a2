using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using MoECompiler.CodeFixes;
using MoECompiler.Generators.Tests.Support;
using Xunit;

namespace MoECompiler.Generators.Tests.CodeFixes;

/// <summary>Each fix: what the editor offers, what becomes of the source, and that the diagnostic is gone then.</summary>
public sealed class CodeFixTests
{
    [Theory]
    [InlineData("public class Net", "public sealed partial class Net")]
    [InlineData("public partial class Net", "public sealed partial class Net")]
    [InlineData("sealed class Net", "sealed partial class Net")]
    [InlineData("class Net", "sealed partial class Net")]
    [InlineData("// A comment.\nclass Net", "// A comment.\nsealed partial class Net")]
    public Task SealedPartial(string before, string after) => Check(
        new SealedPartialFix(), "MOE0001", "Make it sealed partial",
        $$"""
        [Model]
        {{before}}
        {
            [Forward] public Tensor Forward(Tensor x) => x.Relu();
        }
        """,
        $$"""
        [Model]
        {{after}}
        {
            [Forward] public Tensor Forward(Tensor x) => x.Relu();
        }
        """);

    [Theory]
    [InlineData("public Linear Stem { get; }", "public partial Linear Stem { get; }")]
    [InlineData("public Linear Stem { get; set; } = null!; // kept", "public partial Linear Stem { get; } // kept")]
    [InlineData("Linear Stem { get; }", "partial Linear Stem { get; }")]
    public Task PartialProperty(string before, string after) => Check(new PartialPropertyFix(), "MOE1016", "Make it partial", Member(before), Member(after));

    [Theory]
    [InlineData("public static partial Linear Stem { get; }")]
    [InlineData("public Linear Stem { get => null!; }")]
    [InlineData("public Linear Stem => null!;")]
    public async Task PartialProperty_WithAMeaningOfItsOwn_IsLeftToTheUser(string property) =>
        Assert.Empty(await Actions(new PartialPropertyFix(), "MOE1016", Member(property)));

    [Theory]
    [InlineData("set")]
    [InlineData("init")]
    public Task Setter(string keyword) => Check(
        new SetterFix(), "MOE1017", $"Remove `{keyword};`",
        Member($$"""public partial Linear Stem { get; {{keyword}}; }"""), Member("public partial Linear Stem { get; }"));

    [Fact]
    public Task Option() => Check(
        new OptionFix(), "MOE1029", "Remove `NoiseScale`",
        Experts("Bias = true, NoiseScale = 2f, Activation = Activation.Gelu"), Experts("Bias = true, Activation = Activation.Gelu"));

    [Theory]
    [InlineData("MOE1032", "\"Width\"", "Width")]
    [InlineData("MOE1033", "\"Widht\"", "Width")]
    public Task Size(string id, string before, string after) => Check(new SizeFix(), id, "Write `Width`", Shape(before), Shape(after));

    [Theory]
    [InlineData("MOE5001", "model.layers", "model.layers.{layer}")]
    [InlineData("MOE5003", "h.{number}.x", "h.{layer}.x")]
    public Task Layer(string id, string before, string after) => Check(new LayerFix(), id, $"Write \"{after}\"", Layers(before), Layers(after));

    [Fact]
    public async Task Layer_OutsideOfLayers_IsLeftToTheUser() => Assert.Empty(await Actions(
        new LayerFix(), "MOE5003", Member("[Weights(\"a.{number}\")] public partial Linear Stem { get; }")));

    private static string Member(string property) => $$"""
        [Model]
        public sealed partial class Net
        {
            [Linear(2, 2)]
            {{property}}

            [Forward]
            public Tensor Forward(Tensor x) => Stem.Forward(x);
        }
        """;

    private static string Experts(string options) => $$"""
        [Model]
        public sealed partial class Net
        {
            [RoutedExperts(4, 3, 2, 5, {{options}})]
            public partial RoutedExperts Stem { get; }

            [Forward]
            public Tensor Forward(Tensor x) => Stem.Forward(x);
        }
        """;

    private static string Shape(string extent) => $$"""
        [Model]
        public sealed partial class Net
        {
            [Size] public const int Width = 4;

            [Linear(Width, 2)]
            public partial Linear Stem { get; }

            [Forward]
            public Tensor Forward([Shape("B", {{extent}})] Tensor x, [Shape("B", 2)] Tensor y) => y;
        }
        """;

    private static string Layers(string weights) => $$"""
        [Model]
        public sealed partial class Net
        {
            [Weights("{{weights}}")] // where they are
            [Layers(2)]
            public partial Layers<Part> Parts { get; }

            [Forward]
            public Tensor Forward([Shape("B", 2)] Tensor x)
            {
                foreach (Part part in Parts)
                    x = part.Forward(x);
                return x;
            }
        }

        [Module]
        public sealed partial class Part
        {
            [Forward]
            public Tensor Forward(Tensor x) => x.Relu();
        }
        """;

    private static async Task Check(CodeFixProvider fix, string id, string title, string before, string after)
    {
        CodeAction action = Assert.Single(await Actions(fix, id, before));
        Assert.Equal(title, action.Title);
        ApplyChangesOperation change = Assert.Single((await action.GetOperationsAsync(CancellationToken.None)).OfType<ApplyChangesOperation>());
        string changed = (await change.ChangedSolution.Projects.Single().Documents.Single().GetTextAsync()).ToString();
        Assert.Equal(after, changed);
        Assert.DoesNotContain(GeneratorRun.Of(changed).Diagnostics, d => d.Id == id);
    }

    private static async Task<List<CodeAction>> Actions(CodeFixProvider fix, string id, string source)
    {
        Diagnostic diagnostic = Assert.Single(GeneratorRun.Of(source).Diagnostics, d => d.Id == id);
        Assert.Contains(id, fix.FixableDiagnosticIds);
        using AdhocWorkspace workspace = new();
        Document document = workspace.AddProject("User", LanguageNames.CSharp).WithParseOptions(TestCompilation.ParseOptions).AddDocument("Source0.cs", source);
        List<CodeAction> actions = [];
        await fix.RegisterCodeFixesAsync(new CodeFixContext(document, diagnostic, (action, _) => actions.Add(action), CancellationToken.None));
        return actions;
    }
}
