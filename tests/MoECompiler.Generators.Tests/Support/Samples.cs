namespace MoECompiler.Generators.Tests.Support;

/// <summary>Declarations that compile, of about everything that there is to declare.</summary>
internal static class Samples
{
    /// <summary>Images in classes through routed experts.</summary>
    public const string Digits = """
        namespace App;

        /// <summary>Tells digits apart.</summary>
        [Model]
        public sealed partial class Digits
        {
            [Size] public const int Pixels = 784, Width = 32, Experts = 8, TopK = 2, Inner = 48, Classes = 10;

            /// <summary>Pixels to features.</summary>
            [Linear(Pixels, Width)]
            public partial Linear Stem { get; }

            [RoutedExperts(Width, Experts, TopK, Inner, BalanceLoss = 0.01f)]
            public partial RoutedExperts First { get; }

            [Linear(Width, Classes)]
            public partial Linear Head { get; }

            [Forward]
            public Tensor Forward(Tensor pixels)
            {
                Tensor x = Stem.Forward(pixels).Relu();
                x += First.Forward(x);
                return Head.Forward(x);
            }

            [Loss]
            public Tensor Loss(Tensor logits, Tensor labels) => logits.CrossEntropy(labels, smoothing: 0.1f).Mean();
        }
        """;

    /// <summary>Two tasks over one bank: two results.</summary>
    public const string Tasks = """
        namespace App;

        [Model]
        public sealed partial class Tasks
        {
            [Size] public const int Columns = 12, Experts = 3, Inner = 8, Width = 6;

            [ExpertBank(Columns, Experts, Inner, Width)] public partial ExpertBank Bank { get; }
            [Gate(Columns, Experts)] public partial Gate IncomeGate { get; }
            [Gate(Columns, Experts)] public partial Gate MarriedGate { get; }
            [Linear(Width, 1)] public partial Linear Income { get; }
            [Linear(Width, 1)] public partial Linear Married { get; }

            [Forward]
            public (Tensor income, Tensor married) Forward(Tensor x)
            {
                Tensor bank = Bank.Forward(x);
                return (Income.Forward(IncomeGate.Forward(x, bank)), Married.Forward(MarriedGate.Forward(x, bank)));
            }

            [Loss]
            public Tensor Loss(Tensor income, Tensor married, Tensor hasIncome, Tensor isMarried) =>
                income.BinaryCrossEntropy(hasIncome).Mean() + 0.5f * married.BinaryCrossEntropy(isMarried).Mean();
        }
        """;

    /// <summary>Layers of a module, in two files.</summary>
    public const string Decoder = """
        namespace App;

        [Model]
        public sealed partial class Decoder
        {
            [Size("hidden_size")] public const int Width = 16;
            [Size("num_hidden_layers")] public const int Depth = 2;
            [Size("vocab_size")] public const int Vocab = 40;

            [Weights("model.embed_tokens")] [Embedding(Vocab, Width)] public partial Embedding Tokens { get; }
            [Weights("model.layers.{layer}")] [Layers(Depth)] public partial Layers<Block> Blocks { get; }
            [Weights("model.norm")] [RmsNorm(Width)] public partial RmsNorm Norm { get; }
            [Weights("lm_head"), Frozen] [Linear(Width, Vocab, Bias = false)] public partial Linear Head { get; }

            [Forward]
            public Tensor Forward([Shape("B", "T", Integer = true)] Tensor tokens)
            {
                Tensor x = Tokens.Forward(tokens);
                foreach (Block block in Blocks)
                    x = block.Forward(x);
                return Head.Forward(Norm.Forward(x));
            }
        }
        """;

    public const string Block = """
        namespace App;

        [Module]
        public sealed partial class Block
        {
            public const int Half = Decoder.Width / 2;

            /// <summary>Before the mixing.</summary>
            [RmsNorm(Decoder.Width)] public partial RmsNorm Before { get; }
            [Linear(Decoder.Width, Half)] public partial Linear Down { get; }
            [Linear(Half, Decoder.Width)] public partial Linear Up { get; }
            [Dropout(0.1f)] public partial Dropout Drop { get; }

            [Forward]
            public Tensor Forward(Tensor x) => x + Drop.Forward(Up.Forward(Down.Forward(Before.Forward(x)).Silu()));
        }
        """;

    /// <summary>Adapters of models of another namespace, in one file.</summary>
    public const string Adapters = """
        using App;

        namespace Adapted;

        /// <summary>Tells the digits of one country apart.</summary>
        [Lora<Digits>(Rank = 4, Alpha = 8, Targets = [nameof(Digits.First), nameof(Digits.Head)], Bank = true)]
        public sealed partial class CountryAdapter;

        [Nola<Decoder>(BasisA = 8, BasisB = 8)]
        public sealed partial class VoiceAdapter;
        """;

    public static string[] All { get; } = [Digits, Tasks, Decoder, Block, Adapters];
}
