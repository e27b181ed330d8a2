namespace MoECompiler.Generators.Tests.Diagnostics;

internal static class AdapterCases
{
    private const string Net = """

        [Model]
        public sealed partial class Net
        {
            [Linear(8, 8)] public partial Linear Stem { get; }
            [RoutedExperts(8, 4, 2, 16)] public partial RoutedExperts First { get; }
            [Forward] public Tensor Forward(Tensor x) => First.Forward(Stem.Forward(x));
        }
        """;

    /// <summary>A loss that reads one of two results.</summary>
    private const string Losing = """

        [Model]
        public sealed partial class Net
        {
            [Linear(8, 8), Frozen] public partial Linear Stem { get; }
            [Linear(8, 8)] public partial Linear Head { get; }
            [Forward] public (Tensor y, Tensor z) Forward(Tensor x) => (Stem.Forward(x), Head.Forward(x));
            [Loss] public Tensor Loss(Tensor y, Tensor z) => z.Square().Mean();
        }
        """;

    public static DiagnosticCase[] All { get; } =
    [
        new("MOE6001", "`Stam` names no weight of `Net` that an adapter can change; there are: Stem, First.Router, First.Up, First.Down",
            """[Lora<Net>(Rank = 2, Targets = [nameof(Net.First), [|"Stam"|]])] public sealed partial class Chat;""" + Net),
        new("MOE6001", "`` names no weight of `Net` that an adapter can change; there are: Stem, First.Router, First.Up, First.Down",
            """[Lora<Net>(Targets = new[] { [|""|] })] public sealed partial class Chat;""" + Net),
        new("MOE6002", "`Chat` is an adapter of `String`, which is no class marked [Model] of this project: an adapter is compiled from the model's declaration",
            "[Lora<string>] public sealed partial class [|Chat|];"),
        new("MOE6002", "`Chat` is an adapter of `Part`, which is no class marked [Model] of this project: an adapter is compiled from the model's declaration",
            """
            [Lora<Part>] public sealed partial class [|Chat|];
            [Module] public sealed partial class Part
            {
                [Linear(8, 8)] public partial Linear Stem { get; }
                [Forward] public Tensor Forward(Tensor x) => Stem.Forward(x);
            }
            """),
        new("MOE6003", "Rank is 0 and must be at least 1", "[Lora<Net>(Rank = [|0|])] public sealed partial class Chat;" + Net),
        new("MOE6003", "Alpha is float.NaN and must be a finite number", "[Lora<Net>(Alpha = [|float.NaN|])] public sealed partial class Chat;" + Net),
        new("MOE6003", "BasisA is -1 and must be at least 1", "[Nola<Net>(BasisA = [|-1|])] public sealed partial class Chat;" + Net),
        new("MOE6004", "`Chat` cannot read `Net.Stem`, which is private; make it internal or public",
            "[Lora<Net>] public sealed partial class [|Chat|];" + Net.Replace("public partial Linear Stem", "private partial Linear Stem")),
        new("MOE6005", "`Chat` has two attributes of adapters; declare two classes",
            "[Lora<Net>, Nola<Net>] public sealed partial class [|Chat|];" + Net),
        new("MOE6006", "`Chat` is public and `Net`, which it shows, is not; make both public or both internal",
            "[Lora<Net>] public sealed partial class [|Chat|];" + Net.Replace("public sealed partial class Net", "internal sealed partial class Net")),
        new("MOE6007", "`Chat` changes `Stem` and cannot be trained to: the loss does not depend on it; name other Targets",
            "[Lora<Net>] public sealed partial class [|Chat|];" + Losing),
        new("MOE6008", "Adapters of [Dora] fit into no bank, which runs rows under different pairs of factors: leave `Bank` out",
            "[Dora<Net>(Bank = [|true|])] public sealed partial class Chat;" + Net),
        new("MOE6008", "Adapters of [Bottleneck] fit into no bank, which runs rows under different pairs of factors: leave `Bank` out",
            "[Bottleneck<Net>(Bank = [|true|])] public sealed partial class Chat;" + Net),
        new("MOE6003", "Width is 0 and must be at least 1", "[Bottleneck<Net>(Width = [|0|])] public sealed partial class Chat;" + Net),
        new("MOE6003", "Basis is 0 and must be at least 1", "[Pranc<Net>(Basis = [|0|])] public sealed partial class Chat;" + Net),
        new("MOE6003", "LeastRank is 9 and must be from 1 to 4", "[DyLora<Net>(Rank = 4, LeastRank = [|9|])] public sealed partial class Chat;" + Net),
        new("MOE6003", "Seed is -1 and must be at least 0", "[Vera<Net>(Seed = [|-1|])] public sealed partial class Chat;" + Net),
        new("MOE0001", "`Chat` must be `sealed partial`: the compiler writes its other half, and it has no heirs",
            "[Lora<Net>] public partial class [|Chat|];" + Net),
    ];
}
