using MoECompiler.Graphs;
using MoECompiler.Generators.Parsing;
using MoECompiler.Generators.Tests.Support;
using Xunit;

namespace MoECompiler.Generators.Tests.Parsing;

public sealed class ModelParserTests
{
    [Fact]
    public void Sizes_AreThoseInUse_InOrderOfDeclaration()
    {
        ModelSpec spec = SpecText.Parse("""
            public static class Config { [Size("n")] public const int Nodes = 7; public const int Rule = 2 * Nodes; }
            [Model] public sealed partial class Net
            {
                /// <summary>How <b>wide</b> it is, see <see cref="Config.Nodes"/> &amp; more.</summary>
                [Size("hidden_size")] public const int Width = 4;
                [Size] public const int Depth = 3;
                const int Quarter = (Width + Config.Rule) / 4;

                [Linear(Config.Rule, Quarter - 1)] public partial Linear Stem { get; }
                [Linear(-(-Width) * 2, Depth)] public partial Linear Head { get; }
                [Forward] public Tensor Forward(Tensor x) => Head.Forward(Stem.Forward(x));
            }
            """);
        Assert.Equal(
            [
                new SizeSpec("Width", 4, "hidden_size", "How wide it is, see Nodes & more."),
                new SizeSpec("Depth", 3, null, null),
                new SizeSpec("Nodes", 7, "n", null),
            ],
            spec.Sizes);
        Assert.Equal(["2 * Nodes", "((2 * Nodes + Width) / 4) - 1"], Integers(spec.Root.Members[0]));
        Assert.Equal(["2 * Width", "Depth"], Integers(spec.Root.Members[1]));
    }

    [Fact]
    public void Arguments_ComeUnderTheirNames()
    {
        MemberSpec member = SpecText.Parse("""
            [Model] public sealed partial class Net
            {
                const float Scale = 0.5f;
                [RoutedExperts(topK: 2, width: 4, experts: 3, inner: 5, Kind = ExpertKind.SwiGlu, Bias = true, NoiseScale = Scale, Noise = RouterNoise.Gaussian, SharedExperts = 1)]
                internal partial RoutedExperts Stem { get; }
                [Forward] public Tensor Forward(Tensor x) => Stem.Forward(x);
            }
            """).Root.Members[0];
        Assert.Equal("RoutedExperts", member.Kind);
        Assert.Equal("internal", member.Accessibility);
        Assert.Equal(
            [
                ("Width", new ArgumentValue.Integer(Size.Of(4))), ("Experts", new ArgumentValue.Integer(Size.Of(3))), ("TopK", new ArgumentValue.Integer(Size.Of(2))),
                ("Inner", new ArgumentValue.Integer(Size.Of(5))), ("Kind", new ArgumentValue.Choice("ExpertKind", "SwiGlu")), ("Bias", new ArgumentValue.Boolean(true)),
                ("NoiseScale", new ArgumentValue.Number(0.5f)), ("Noise", new ArgumentValue.Choice("RouterNoise", "Gaussian")),
                ("SharedExperts", new ArgumentValue.Integer(Size.One)),
            ],
            member.Arguments.Select(static a => (a.Name, a.Value)));
    }

    [Fact]
    public void Members_AreWhatTheirPropertiesSay()
    {
        ModelSpec spec = SpecText.Parse(Samples.Decoder + Samples.Block.Replace("namespace App;", ""), "Decoder");
        Assert.Equal(("App", "public"), (spec.Namespace, spec.Accessibility));
        Assert.Equal(["Embedding", "Layers", "RmsNorm", "Linear"], spec.Root.Members.Select(static m => m.Kind));
        Assert.Equal(["Embedding", "Layers<Block>", "RmsNorm", "Linear"], spec.Root.Members.Select(static m => m.PropertyType));
        Assert.Equal(["model.embed_tokens", "model.layers.{layer}", "model.norm", "lm_head"], spec.Root.Members.Select(static m => m.Weights));
        Assert.Equal([false, false, false, true], spec.Root.Members.Select(static m => m.IsFrozen));
        Assert.Equal("Before the mixing.", spec.Root.Members[1].Child!.Members[0].Summary);
        Assert.Equal(["(Width / 2)"], Integers(spec.Root.Members[1].Child!.Members[1]).Skip(1));
    }

    [Theory]
    [InlineData("[Model]", DType.F32)]
    [InlineData("[Model(Precision = Precision.Float32)]", DType.F32)]
    [InlineData("[Model(Precision = Precision.BFloat16)]", DType.BF16)]
    [InlineData("[Model(Precision = Precision.Float16)]", DType.F16)]
    public void Precision_IsWhatMatricesAreStoredIn(string attribute, DType expected)
    {
        ModelSpec spec = SpecText.Parse($$"""
            {{attribute}} public sealed partial class Net { [Linear(2, 3)] public partial Linear Head { get; } [Forward] public Tensor Forward(Tensor x) => Head.Forward(x); }
            """);
        Assert.Equal(expected, spec.Storage);
    }

    [Fact]
    public void Shapes_AreExtents()
    {
        ModelSpec spec = SpecText.Parse("""
            [Model] public sealed partial class Net
            {
                [Size] public const int Width = 4;
                [Linear(Width, 2)] public partial Linear Stem { get; }
                [Forward] public Tensor Forward([Shape("B", 2 * Width, 3)] Tensor x, [Shape(["B"], Integer = true)] Tensor ids, [Shape] Tensor scale, Tensor y) =>
                    Stem.Forward(y) + x.Mean() + ids.Mean() + scale;
            }
            """);
        Assert.Equal(["B, 2 * Width, 3", "B", "", null], spec.Root.Forward!.Parameters.Select(static p => p.Shape is { } shape ? string.Join(", ", shape) : null));
        Assert.Equal([false, true, false, false], spec.Root.Forward.Parameters.Select(static p => p.IsInteger));
    }

    [Theory]
    [InlineData("(Tensor a, Tensor b) Forward(Tensor x) => (x, x)", "", "a, b")]
    [InlineData("(Tensor, Tensor) Forward(Tensor x) => (x.Exp(), x)", "", "output, output2")]
    [InlineData("(Tensor, Tensor) Forward(Tensor x) => (x.Exp(), x)", "Tensor Loss(Tensor p, Tensor q, Tensor r) => (p * q * r).Mean()", "p, q")]
    [InlineData("(Tensor x, Tensor labels) Forward(Tensor x) => (x, x)", "Tensor Loss(Tensor p, Tensor q, Tensor labels) => (p * q * labels).Mean()", "x2, labels2")]
    [InlineData("Tensor Forward(Tensor x) { Tensor y = x.Exp(); return y; }", "", "y")]
    [InlineData("Tensor Forward(Tensor x) => x.Exp()", "Tensor Loss(Tensor logits, Tensor labels) => logits.CrossEntropy(labels).Mean()", "logits")]
    public void Results_HaveNamesOfTheirOwn(string forward, string loss, string expected)
    {
        string Method(string attribute, string method) => method.Length == 0 ? "" : $"[{attribute}] public {method}{(method.EndsWith('}') ? "" : ";")}";
        ModelSpec spec = SpecText.Parse($$"""[Model] public sealed partial class Net { {{Method("Forward", forward)}} {{Method("Loss", loss)}} }""");
        Assert.Equal(expected, string.Join(", ", spec.Root.Forward!.Results));
    }

    [Theory]
    [InlineData("namespace App.Inner;", "App", "Part")]
    [InlineData("namespace Other;", "App", "global::App.Part")]
    public void TypesOfOtherNamespaces_AreWrittenInFull(string model, string module, string expected)
    {
        ModelSpec spec = SpecText.Parse($$"""
            {{model.TrimEnd(';')}}
            {
                using {{module}};
                [Model] public sealed partial class Net { public partial Part Part { get; } [Forward] public Tensor Forward(Tensor x) => Part.Forward(x); }
            }
            namespace {{module}} { [Module] public sealed partial class Part { [Forward] public Tensor Forward(Tensor x) => x; } }
            """);
        Assert.Equal((expected, expected), (spec.Root.Members[0].PropertyType, spec.Root.Members[0].Child!.FullName));
    }

    private static IEnumerable<string> Integers(MemberSpec member) =>
        member.Arguments.Select(static a => a.Value).OfType<ArgumentValue.Integer>().Select(static i => i.Size.ToString());
}
