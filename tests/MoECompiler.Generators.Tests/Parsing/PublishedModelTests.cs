using MoECompiler.Generators.Emission;
using MoECompiler.Generators.Lowering;
using MoECompiler.Generators.Parsing;
using MoECompiler.Generators.Tests.Support;
using Xunit;

namespace MoECompiler.Generators.Tests.Parsing;

/// <summary>Published models as declarations: their parameters are as many as their papers and checkpoints say, to the last one.</summary>
public sealed class PublishedModelTests
{
    /// <summary>Jiang et al., Mixtral of Experts, 2024: 46.7 billion parameters, of which a token uses 12.9.</summary>
    [Fact]
    public void Mixtral8x7B_HasItsParameters()
    {
        ModelSpec model = Declared(width: 4096, heads: 32, kvHeads: 8, inner: 14336, experts: 8, topK: 2, depth: 32);
        Assert.Equal(46_702_792_704, Total(model));
        Assert.Equal(12_879_925_248, Total(model, expertsShare: 2.0 / 8));
    }

    /// <summary>Dai et al., DeepSeekMoE, 2024: 16.4 billion parameters, 2.8 active; the first of 28 layers is dense.</summary>
    [Fact]
    public void DeepSeekMoE16B_HasItsParameters()
    {
        ModelSpec model = Declared(
            width: 2048, heads: 16, kvHeads: 16, inner: 1408, experts: 64, topK: 6, depth: 27, vocabulary: 102_400, shared: 2, denseInner: 10_944);
        Assert.Equal(16_375_728_128, Total(model));
        Assert.Equal(2_828_650_496, Total(model, expertsShare: 6.0 / 64));
    }

    /// <summary>Zhang et al., TinyLlama, 2024; its feed-forward layers as four experts each by Wu et al., SEPIT, KDD 2025.</summary>
    [Fact]
    public void TinyLlamaOfFourExperts_HasThreeTimesItsFeedForwardLayersMore()
    {
        long dense = Total(Declared(width: 2048, heads: 32, kvHeads: 4, inner: 5632, experts: 1, topK: 1, depth: 22), expertsShare: 1) - 22 * 2048;
        Assert.Equal(1_100_048_384, dense);
        ModelSpec mixture = Declared(width: 2048, heads: 32, kvHeads: 4, inner: 5632, experts: 4, topK: 1, depth: 22);
        Assert.Equal(2_283_798_528, Total(mixture) - dense - 22 * 4 * 2048);
        Assert.Equal(dense, Total(mixture, expertsShare: 1.0 / 4) - 22 * 4 * 2048);
    }

    /// <summary>Nie et al., EvoMoE, 2021: 12 of GPT's 24 layers with 16 experts are 1.51 billion parameters more than with one.</summary>
    [Fact]
    public void EvoMoE_HasFifteenFeedForwardLayersMoreInEverySecondLayer()
    {
        ModelSpec one = Gpt(experts: 1), sixteen = Gpt(experts: 16);
        Assert.Equal(12 * 15 * (2 * 1024 * 4096L) + 12 * 15 * 1024, Total(sixteen) - Total(one));
    }

    /// <summary>Wu et al., SEPIT: a protein's 1,280 numbers a residue become the 2,048 of a word.</summary>
    [Fact]
    public void ProjectorOfSepit_HasItsParameters() => Assert.Equal(6_819_840, Total(SpecText.Parse("""
        [Model]
        public sealed partial class Net
        {
            [Linear(1280, 2048)] public partial Linear First { get; }
            [Linear(2048, 2048)] public partial Linear Second { get; }
            [Forward] public Tensor Forward(Tensor x) => Second.Forward(First.Forward(x).Gelu());
        }
        """)));

    /// <summary>Wu et al., SEPIT: what distances tell 20 heads of 1,280 columns.</summary>
    [Fact]
    public void StructureOfSepit_HasItsParameters() => Assert.Equal(184_468, Total(SpecText.Parse("""
        [Model]
        public sealed partial class Net
        {
            [StructureBias(1280, 20)] public partial StructureBias Structure { get; }
            [Forward]
            public (Tensor Bias, Tensor Encoding) Forward([Shape("B", "S", 3)] Tensor coordinates, [Shape("B", "S")] Tensor known)
            {
                (Tensor bias, Tensor encoding) = Structure.Forward(coordinates, known);
                return (bias, encoding);
            }
        }
        """)));

    /// <summary>Wu et al., SEPIT: what predicts the noise of coordinates; one projection for all axes, which turns with them, has 2 * 1280 + 3 fewer.</summary>
    [Theory]
    [InlineData("", 4_922_883)]
    [InlineData(", Equivariant = true", 4_920_320)]
    public void PositionHeadOfSepit_HasItsParameters(string kind, long parameters) => Assert.Equal(parameters, Total(SpecText.Parse($$"""
        [Model]
        public sealed partial class Net
        {
            [PositionHead(1280, 20{{kind}})] public partial PositionHead Noise { get; }
            [Forward]
            public Tensor Forward(
                [Shape("B", "S", 1280)] Tensor x, [Shape("B", 20, "S", "S")] Tensor bias, [Shape("B", "S", 3)] Tensor coordinates, [Shape("B", "S")] Tensor known) =>
                Noise.Forward(x, bias, coordinates, known);
        }
        """)));

    /// <summary>A decoder as Llama's, with experts for its feed-forward layers, and a dense layer before them if there is one.</summary>
    private static ModelSpec Declared(
        int width, int heads, int kvHeads, int inner, int experts, int topK, int depth, int vocabulary = 32_000, int shared = 0, int denseInner = 0) => SpecText.Parse($$"""
        [Model]
        public sealed partial class Net
        {
            [Size] public const int Width = {{width}}, Experts = {{experts}}, TopK = {{topK}}, Inner = {{inner}}, Vocabulary = {{vocabulary}}, Depth = {{depth}};

            [Embedding(Vocabulary, Width)] public partial Embedding Tokens { get; }
            {{(denseInner == 0 ? "" : "[Layers(1)] public partial Layers<Dense> First { get; }")}}
            [Layers(Depth)] public partial Layers<Block> Blocks { get; }
            [RmsNorm(Width)] public partial RmsNorm Norm { get; }
            [Linear(Width, Vocabulary, Bias = false)] public partial Linear Head { get; }

            [Forward]
            public Tensor Forward([Shape("B", "S", Integer = true)] Tensor tokens)
            {
                Tensor x = Tokens.Forward(tokens);
                {{(denseInner == 0 ? "" : "foreach (Dense layer in First) x = layer.Forward(x);")}}
                foreach (Block block in Blocks)
                    x = block.Forward(x);
                return Head.Forward(Norm.Forward(x));
            }
        }

        [Module]
        public sealed partial class Block
        {
            [RmsNorm(Net.Width)] public partial RmsNorm First { get; }
            [Attention(Net.Width, {{heads}}, {{kvHeads}}, Causal = true, Rotary = RotaryKind.Halves)] public partial Attention Mixing { get; }
            [RmsNorm(Net.Width)] public partial RmsNorm Second { get; }
            [RoutedExperts(Net.Width, Net.Experts, Net.TopK, Net.Inner, Kind = ExpertKind.SwiGlu, SharedExperts = {{shared}})] public partial RoutedExperts Experts { get; }

            [Forward]
            public Tensor Forward(Tensor x)
            {
                x += Mixing.Forward(First.Forward(x));
                return x + Experts.Forward(Second.Forward(x));
            }
        }

        [Module]
        public sealed partial class Dense
        {
            [RmsNorm(Net.Width)] public partial RmsNorm First { get; }
            [Attention(Net.Width, {{heads}}, {{kvHeads}}, Causal = true)] public partial Attention Mixing { get; }
            [RmsNorm(Net.Width)] public partial RmsNorm Second { get; }
            [Linear(Net.Width, {{Math.Max(denseInner, 1)}}, Bias = false)] public partial Linear Gate { get; }
            [Linear(Net.Width, {{Math.Max(denseInner, 1)}}, Bias = false)] public partial Linear Up { get; }
            [Linear({{Math.Max(denseInner, 1)}}, Net.Width, Bias = false)] public partial Linear Down { get; }

            [Forward]
            public Tensor Forward(Tensor x)
            {
                x += Mixing.Forward(First.Forward(x));
                Tensor y = Second.Forward(x);
                return x + Down.Forward(Gate.Forward(y).Silu() * Up.Forward(y));
            }
        }
        """);

    /// <summary>What has experts of GPT medium: every second of its layers.</summary>
    private static ModelSpec Gpt(int experts) => SpecText.Parse($$"""
        [Model]
        public sealed partial class Net
        {
            [Layers(12)] public partial Layers<Block> Blocks { get; }

            [Forward]
            public Tensor Forward([Shape("B", 1024)] Tensor x)
            {
                foreach (Block block in Blocks)
                    x = block.Forward(x);
                return x;
            }
        }

        [Module]
        public sealed partial class Block
        {
            [RoutedExperts(1024, {{experts}}, 1, 4096, Activation = Activation.Gelu)] public partial RoutedExperts Experts { get; }
            [Forward] public Tensor Forward(Tensor x) => x + Experts.Forward(x);
        }
        """);

    /// <summary>All parameters, those of routed experts by a share.</summary>
    private static long Total(ModelSpec model, double expertsShare = 1) => DeclaredGraphs.Of(model).Forward.Parameters.Sum(parameter =>
    {
        long count = parameter.Value.Type.Count.Evaluate(PlanFile.Nominal(model, 1));
        bool isOfExperts = parameter.Value.Name.Contains("Experts.", StringComparison.Ordinal) && !parameter.Value.Name.Contains("Shared", StringComparison.Ordinal)
            && !parameter.Value.Name.EndsWith("Router", StringComparison.Ordinal);
        return isOfExperts ? (long)(count * expertsShare) : count;
    });
}
