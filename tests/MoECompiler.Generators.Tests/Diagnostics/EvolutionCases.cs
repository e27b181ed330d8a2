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
    ];

    private static DiagnosticCase Range(string message, string options) => new("MOE7001", message, Net(options));

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
