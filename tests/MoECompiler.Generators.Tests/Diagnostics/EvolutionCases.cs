namespace MoECompiler.Generators.Tests.Diagnostics;

/// <summary>Phases that cannot be.</summary>
internal static class EvolutionCases
{
    public static DiagnosticCase[] All { get; } =
    [
        Range("SpawnAt is -1 and must be at least 0", "SpawnAt = [|-1|]"),
        Range("SparsifyAt is 5 and must be at least SpawnAt, 9", "SpawnAt = 9, SparsifyAt = [|5|]"),
        Range("HardAt is 9 and must be 0, or at least SpawnAt, 10", "SpawnAt = 10, HardAt = [|9|]"),
        Range("HardAt is 15 and must be 0, or at least SparsifyAt, 20", "SpawnAt = 10, SparsifyAt = 20, HardAt = [|15|]"),
        Range("SpawnAmount is 1 and must be below 1, a share", "SpawnAt = 10, SpawnAmount = [|1|]"),
        Range("SpawnAmount is -0.5 and must be at least 0 and finite", "SpawnAt = 10, Spawn = SpawnKind.Noise, SpawnAmount = [|-0.5f|]"),
        Range("Temperature is 0 and must be greater than 0 and finite", "Temperature = [|0f|]"),
        Range("TemperatureSteps is 0 and must be at least 1", "TemperatureSteps = [|0|]"),
        Range("Threshold is 1 and must be at least 0 and below 1", "Threshold = [|1f|]"),
        new("MOE7002", "`Net` has [Evolve] and no [RoutedExperts] whose router judges; leave [Evolve] out, or take another Router",
            Net("SpawnAt = 9", "[RoutedExperts(8, 4, 1, 16, Router = RouterKind.Cyclic)]", "[|Net|]")),
        new("MOE7002", "`Net` has [Stabilize] and no [RoutedExperts] whose router judges; leave [Stabilize] out, or take another Router",
            Stable("9, 5", "[RoutedExperts(8, 4, 1, 16, Router = RouterKind.Hash)]", name: "[|Net|]")),
        new("MOE7003", "`Net` has [Evolve] and [Stabilize], which both say what its layers are at a step; leave one out", Stable("9, 5", more: "[Evolve]", name: "[|Net|]")),
        new("MOE7001", "At is 0 and must be at least 1", Stable("[|0|], 5")),
        new("MOE7001", "Ids is 0 and must be at least 1", Stable("9, [|0|]")),
        new("MOE7001", "Width is -2 and must be at least 0", Stable("9, 5, Width = [|-2|]")),
        new("MOE7001", "Distillation is 0 and must be greater than 0 and finite", Stable("9, 5, Distillation = [|0f|]")),
        new("MOE7001", "Balance is -1 and must be at least 0 and finite", Stable("9, 5, Balance = [|-1f|]")),
        new("MOE2001", "`First.Forward` takes ids as a second argument with [Stabilize] and is given none", Stable("9, 5", call: "[|First.Forward(x)|]")),
        new("MOE2001", "`First.Forward` takes an id for each row or each sample, i32[B] or i32[B], with [Stabilize] and is given i32[7]",
            Stable("9, 5", ids: "[Shape(7, Integer = true)] Tensor ids", call: "[|First.Forward(x, ids)|]")),
    ];

    private static DiagnosticCase Range(string message, string options) => new("MOE7001", message, Net(options));

    private static string Stable(
        string options, string layer = "[RoutedExperts(8, 4, 1, 16, NormalizeTopK = false)]", string more = "", string name = "Net",
        string ids = "[Shape(\"B\", Integer = true)] Tensor ids", string call = "First.Forward(x, ids)") => $$"""

        [Model]
        [Stabilize({{options}})]
        {{more}}
        public sealed partial class {{name}}
        {
            {{layer}} public partial RoutedExperts First { get; }
            [Forward] public Tensor Forward(Tensor x, {{ids}}) => {{call}};
        }
        """;

    private static string Net(string options, string layer = "[RoutedExperts(8, 4, 2, 16)]", string name = "Net") => $$"""

        [Model]
        [Evolve({{options}})]
        public sealed partial class {{name}}
        {
            {{layer}} public partial RoutedExperts First { get; }
            [Forward] public Tensor Forward(Tensor x) => First.Forward(x);
        }
        """;
}
