using MoECompiler.Generators.Tests.Support;
using Xunit;

namespace MoECompiler.Generators.Tests.Emission;

/// <summary>What is emitted for a module, and in place of what could not be compiled.</summary>
public sealed class ModuleSnapshotTests
{
    [Fact]
    public void Module() => Snapshot.Matches(
        GeneratorRun.Of(
            """
            namespace App;

            public static class Config { [Size] public const int Width = 16; }

            [Module]
            public sealed partial class Block
            {
                /// <summary>Before the experts, see <see cref="Experts"/>.</summary>
                [RmsNorm(Config.Width)]
                public partial RmsNorm Before { get; }

                [RoutedExperts(Config.Width, 8, 2, 4 * Config.Width,
                               BalanceLoss = 0.01f)] // spread evenly
                public partial RoutedExperts Experts { get; }

                internal partial Inner.Tail Tail { get; }

                [Forward]
                public Tensor Forward(Tensor x) => Tail.Forward(x + Experts.Forward(Before.Forward(x)));
            }
            """,
            """
            namespace App.Inner;

            [Module]
            public sealed partial class Tail
            {
                [Forward]
                public Tensor Forward(Tensor x) => x.Relu();
            }
            """),
        "Module");

    [Fact]
    public void Uncompiled() => Snapshot.Matches(
        GeneratorRun.Of("""
            namespace App;

            [Model]
            public sealed partial class Net
            {
                [Linear(0, 4)] public partial Linear Stem { get; }
                [Linear(4, 4)] protected internal partial Linear Head { get; init; }
                [Layers(2)] public partial Layers<Block> Blocks { get; }

                [Forward]
                public Tensor Forward(Tensor x) => Head.Forward(Stem.Forward(x));
            }

            [Module]
            public sealed partial class Block
            {
                [Linear(0, 4)] public partial Linear Stem { get; }
            }
            """),
        "Uncompiled");
}
