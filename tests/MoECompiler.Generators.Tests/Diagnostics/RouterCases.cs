using static MoECompiler.Generators.Tests.Diagnostics.DiagnosticCase;

namespace MoECompiler.Generators.Tests.Diagnostics;

/// <summary>Routers that cannot be, and options that none of a router's parts reads.</summary>
internal static class RouterCases
{
    public static DiagnosticCase[] All { get; } =
    [
        Range("`TopK` of `Part` is 4; it must be with LoadLoss, below Experts, 4", "[|4|], 4, Noise = RouterNoise.Learned, LoadLoss = 0.1f"),
        Range("`TopP` of `Part` is 1.5; it must be greater than 0 and at most 1", "2, 4, Selection = RouterSelection.TopP, TopP = [|1.5f|]"),
        Range("`Groups` of `Part` is 3; it must be a divisor of Experts, 4", "2, 4, Selection = RouterSelection.GroupedTopK, Groups = [|3|]"),
        Range("`TopGroups` of `Part` is 3; it must be at most Groups, 2", "2, 4, Selection = RouterSelection.GroupedTopK, Groups = 2, TopGroups = [|3|]"),
        Range("`TopK` of `Part` is 3; it must be at most the experts of 1 of 2 groups, 2", "[|3|], 4, Selection = RouterSelection.GroupedTopK, Groups = 2"),
        Range("`TopK` of `Part` is 3; it must be Groups, which divides Experts", "[|3|], 4, Selection = RouterSelection.OnePerGroup, Groups = 2"),
        Range("`TopK` of `Part` is 2; it must be 1 with Selection = Balanced", "[|2|], 4, Selection = RouterSelection.Balanced"),
        Range("`TopK` of `Part` is 3; it must be 2 with Selection = RandomSecond", "[|3|], 4, Selection = RouterSelection.RandomSecond"),
        Range("`TopK` of `Part` is 2; it must be 1 with Router = First", "[|2|], 4, Router = RouterKind.First"),
        WithoutEffect("TopP", "without Selection = TopP", "2, 4, TopP = [|0.5f|]"),
        WithoutEffect("Groups", "without Router = Hierarchical or Mask = Branches or Selection = GroupedTopK or OnePerGroup", "2, 4, Groups = [|2|]"),
        WithoutEffect("GroupBalanceLoss", "without Selection = GroupedTopK or OnePerGroup", "2, 4, GroupBalanceLoss = [|0.1f|]"),
        WithoutEffect("Ids", "without Router = Table or Conditioned or Mask = Table", "2, 4, Ids = [|2|]"),
        WithoutEffect("GateMask", "without GateLoss", "2, 4, GateMask = [|GateMask.All|]"),
        WithoutEffect("GateTransform", "without GateLoss", "2, 4, GateTransform = [|GateTransform.NegativeLog|]"),
        WithoutEffect("ReportEntropy", "with EntropyLoss, which is reported as it is", "2, 4, EntropyLoss = 0.1f, ReportEntropy = [|true|]"),
        WithoutEffect("ZLoss", "with Router = Hierarchical", "2, 4, Router = RouterKind.Hierarchical, Groups = 2, ZLoss = [|0.1f|]"),
        WithoutEffect("Mask", "with Router = Cyclic", "2, 4, Router = RouterKind.Cyclic, Mask = [|RouterMask.Drawn|]"),
        WithoutEffect("SequenceBalanceLoss", "with Selection = ExpertChoice", "2, 4, Selection = RouterSelection.ExpertChoice, SequenceBalanceLoss = [|0.1f|]"),
        Range("`Groups` of `Part` is 3; it must be a divisor of Experts, 4", "2, 4, Router = RouterKind.Hierarchical, Groups = [|3|]"),
        Range("`Groups` of `Part` is 3; it must be a divisor of Experts, 4", "2, 4, Mask = RouterMask.Branches, Groups = [|3|]"),
        Range("`Groups` of `Part` is 3; it must be a divisor of Experts, 4", "2, 4, Router = RouterKind.Hierarchical, Selection = RouterSelection.ExpertChoice, Groups = [|3|]"),
        Range("`BranchDropout` of `Part` is 1; it must be at least 0 and below 1", "2, 4, Mask = RouterMask.Branches, Groups = 2, BranchDropout = [|1f|]"),
        WithoutEffect("BranchDropout", "without Mask = Branches", "2, 4, BranchDropout = [|0.5f|]"),
        Range("`FirstTopK` of `Part` is 3; it must be at most TopK, 2", "2, 4, Selection = RouterSelection.GrowingTopK, FirstTopK = [|3|]"),
        WithoutEffect("NormalizeTopK", "with UnitWeights", "2, 4, FrozenRouter = true, UnitWeights = true, NormalizeTopK = [|true|]"),
        WithoutEffect("TopKSteps", "without Selection = GrowingTopK", "2, 4, TopKSteps = [|3|]"),
        WithoutEffect("FrozenRouter", "without Router = Linear, Bounded or Conditioned", "2, 4, Router = RouterKind.Cosine, FrozenRouter = [|true|]"),
        WithoutEffect("GateImportanceLoss", "with Selection = ExpertChoice", "2, 4, Selection = RouterSelection.ExpertChoice, GateImportanceLoss = [|0.1f|]"),
        Range("`VisibleExperts` of `Part` is 5; it must be at most Experts, 4", "2, 4, Mask = RouterMask.Drawn, VisibleExperts = [|5|]"),
        Range("`GateLoss` of `Part` is -1; it must be at least 0 and finite", "2, 4, GateLoss = [|-1|]"),
        WithoutEffect("Rank", "without Matrices = LowRank or Adapted", "2, 4, Rank = [|2|]"),
        WithoutEffect("FrozenBase", "without Matrices = Adapted", "2, 4, Matrices = ExpertMatrices.LowRank, FrozenBase = [|true|]"),
        WithoutEffect("OrthogonalityLoss", "with Matrices = LowRank", "2, 4, Matrices = ExpertMatrices.LowRank, OrthogonalityLoss = [|0.1f|]"),
        WithoutEffect("Causal", "without Kind = AttentionHead or SwitchHead", "2, 4, Causal = [|true|]"),
        new("MOE1029", "`RotaryBase` of `Part` has no effect without Rotary; remove it", OfSequences("2, 4, Kind = ExpertKind.AttentionHead, RotaryBase = [|9f|]")),
        new("MOE1028", "`Inner` of `Part` is 5; it must be even: Rotary turns pairs of columns", OfSequences("2, [|5|], Kind = ExpertKind.AttentionHead, Rotary = RotaryKind.Halves")),
        Range("`Kind` of `Part` is Custom; it must be with a Formula, the name of a static method", "2, 4, Kind = [|ExpertKind.Custom|]"),
        new("MOE1029", "`Formula` of `Part` has no effect without Kind = Custom; remove it", Blended("2, 4, Formula = [|nameof(Blend)|]", "Tensor up")),
        Formula("\"Nothing\"", "Tensor up"),
        Formula("nameof(Blend)", "Tensor up, Tensor other"),
        Formula("nameof(Blend)", "Tensor up, float gate"),
        new("MOE2001", "`Part.Forward` takes a Formula of elements, and Softmax in Blend looks at several", Model(
            Declared("2, 4, Kind = ExpertKind.Custom, Formula = nameof(Blend)") +
            " private static Tensor Blend(Tensor up) => up.Softmax(); [Forward] public Tensor Forward(Tensor x) => [|Part.Forward(Stem.Forward(x))|];")),
        WithoutEffect("SharedWeight", "without SharedExperts", "2, 4, SharedWeight = [|SharedWeight.Sigmoid|]"),
        Range("`Kind` of `Part` is SwitchHead; it must be with Selection = OnePerGroup, an expert for each head", "2, 4, Kind = [|ExpertKind.SwitchHead|]"),
        WithoutEffect("RouterWidth", "without Router = Cosine or Level = GatedRecurrent", "2, 4, RouterWidth = [|8|]"),
        WithoutEffect("Freedom", "without Router = StudentT", "2, 4, Freedom = [|2f|]"),
        WithoutEffect("Clamp", "without Kind = ClampedSwiGlu", "2, 4, Clamp = [|1f|]"),
        WithoutEffect("BiasRate", "without SelectionBias", "2, 4, BiasRate = [|0.1f|]"),
        WithoutEffect("Drop", "without CapacityFactor", "2, 4, Drop = [|DropPolicy.Priority|]"),
        WithoutEffect("LoadLoss", "without Noise = Gaussian or Learned", "2, 4, Noise = RouterNoise.Jitter, LoadLoss = [|0.1f|]"),
        WithoutEffect("TemperatureSteps", "without FinalTemperature", "2, 4, Temperature = 2, TemperatureSteps = [|9|]"),
        WithoutEffect("BalanceLoss", "with Router = Cyclic", "2, 4, Router = RouterKind.Cyclic, BalanceLoss = [|0.1f|]"),
        WithoutEffect("NormalizeTopK", "with Selection = ExpertChoice", "2, 4, Selection = RouterSelection.ExpertChoice, NormalizeTopK = [|false|]"),
        new("MOE2001", "`Part.Forward` takes ids as a second argument with Router = Hash and is given none",
            Model($"{Declared("2, 4, Router = RouterKind.Hash")} [Forward] public Tensor Forward(Tensor x) => [|Part.Forward(Stem.Forward(x))|];")),
        new("MOE2001", "`Part.Forward` takes sequences, f32[B, T, Width], with Level = Sequence and is given f32[B, Width]",
            Model($"{Declared("2, 4, Level = RouterLevel.Sequence")} [Forward] public Tensor Forward(Tensor x) => [|Part.Forward(Stem.Forward(x))|];")),
        new("MOE2001", "`Part.Forward` takes sequences, f32[B, T, Width], with Level = Recurrent and is given f32[B, Width]",
            Model($"{Declared("2, 4, Level = RouterLevel.Recurrent")} [Forward] public Tensor Forward(Tensor x) => [|Part.Forward(Stem.Forward(x))|];")),
        new("MOE2001", "`Part.Forward` takes sequences, f32[B, T, Width], and is given f32[B, Width]",
            Model("[SoftExperts(Width, 4, 2, 8)] public partial SoftExperts Part { get; } [Forward] public Tensor Forward(Tensor x) => [|Part.Forward(Stem.Forward(x))|];")),
        new("MOE2001", "`Part.Forward` reads whole sequences, and stands after an attention that sees nothing later: it would tell a token what comes next",
            Model($"{Attention} [SoftExperts(Width, 4, 2, 8)] public partial SoftExperts Part {{ get; }} {AfterAttention}")),
        new("MOE2001", "`Part.Forward` reads whole sequences with Level = Sequence, and stands after an attention that sees nothing later: it would tell a token what comes next",
            Model($"{Attention} {Declared("2, 4, Level = RouterLevel.Sequence")} {AfterAttention}")),
        new("MOE2001", "`Part.Forward` compares all rows with Selection = ExpertChoice, and stands after an attention that sees nothing later: it would tell a token what comes next",
            Model($"{Attention} {Declared("2, 4, Selection = RouterSelection.ExpertChoice")} {AfterAttention}")),
        new("MOE2001", "`Part.Forward` compares all rows with Selection = ExpertChoice, and stands after an attention that sees nothing later: it would tell a token what comes next",
            Model("""
                [Layers(2)] public partial Layers<Block> Blocks { get; }
                [Forward] public Tensor Forward([Shape("B", "T", Width)] Tensor x) { x = Stem.Forward(x); foreach (Block block in Blocks) x = block.Forward(x); return x; }
                """) + $$"""
                [Module] public sealed partial class Block
                {
                    {{Attention.Replace("Width", "Net.Width")}} {{Declared("2, 4, Selection = RouterSelection.ExpertChoice").Replace("Width", "Net.Width")}}
                    [Forward] public Tensor Forward(Tensor x) => Seen.Forward([|Part.Forward(x)|]);
                }
                """),
        new("MOE2001", "`Part.Forward` compares all rows with Drop = Priority, and stands after an attention that sees nothing later: it would tell a token what comes next",
            Model($"{Attention} {Declared("2, 4, CapacityFactor = 1, Drop = DropPolicy.Priority")} {AfterAttention}")),
        new("MOE2001", "`Part.Forward` takes sequences, f32[B, T, Width], with Level = GatedRecurrent and is given f32[B, Width]",
            Model($"{Declared("2, 4, Level = RouterLevel.GatedRecurrent")} [Forward] public Tensor Forward(Tensor x) => [|Part.Forward(Stem.Forward(x))|];")),
        new("MOE2001", "`Part.Forward` takes ids as a second argument with Mask = Drawn and is given none",
            Model($"{Declared("2, 4, Mask = RouterMask.Drawn")} [Forward] public Tensor Forward(Tensor x) => [|Part.Forward(Stem.Forward(x))|];")),
        new("MOE2001", "`Part.Forward` takes sequences, f32[B, T, Width], with SequenceBalanceLoss and is given f32[B, Width]",
            Model($"{Declared("2, 4, SequenceBalanceLoss = 0.1f")} [Forward] public Tensor Forward(Tensor x) => [|Part.Forward(Stem.Forward(x))|]; [Loss] public Tensor Loss(Tensor y, Tensor target) => y.SquaredError(target).Mean();")),
    ];

    private const string Attention = "[Attention(Width, 2, Causal = true)] public partial Attention Seen { get; }";

    private const string AfterAttention = """[Forward] public Tensor Forward([Shape("B", "T", Width)] Tensor x) => [|Part.Forward(Seen.Forward(Stem.Forward(x)))|];""";

    private static DiagnosticCase Range(string message, string arguments) => new("MOE1028", message, Member(Declared(arguments, "Experts")));

    private static DiagnosticCase WithoutEffect(string option, string reason, string arguments) =>
        new("MOE1029", $"`{option}` of `Part` has no effect {reason}; remove it", Member(Declared(arguments, "Experts")));

    private static DiagnosticCase Formula(string name, string parameters) => new(
        "MOE1028",
        $"`Formula` of `Part` is {(name[0] == '"' ? name.Trim('"') : "Blend")}; it must be the name of a static method of `Net` that makes a Tensor of two, `up` and `gate`, or of one of them",
        Blended($"2, 4, Kind = ExpertKind.Custom, Formula = [|{name}|]", parameters));

    private static string OfSequences(string arguments) => Model(
        $"{Declared(arguments)} [Forward] public Tensor Forward([Shape(\"B\", \"S\", Width)] Tensor x) => Part.Forward(Stem.Forward(x));");

    private static string Blended(string arguments, string parameters) => Model(
        $"{Declared(arguments)} private static Tensor Blend({parameters}) => up.Tanh(); [Forward] public Tensor Forward(Tensor x) => Part.Forward(Stem.Forward(x));");

    private static string Declared(string arguments, string experts = "4") => $"[RoutedExperts(Width, {experts}, {arguments})] public partial RoutedExperts Part {{ get; }}";
}
