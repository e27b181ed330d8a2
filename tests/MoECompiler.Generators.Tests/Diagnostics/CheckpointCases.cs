using static MoECompiler.Generators.Tests.Diagnostics.DiagnosticCase;

namespace MoECompiler.Generators.Tests.Diagnostics;

internal static class CheckpointCases
{
    private const string Part = """

        [Module] public sealed partial class Part
        {
            [Linear(8, 8)] public partial Linear Stem { get; }
            [Forward] public Tensor Forward(Tensor x) => Stem.Forward(x);
        }
        """;

    public static DiagnosticCase[] All { get; } =
    [
        new("MOE5001",
            "[Weights(\"model.layers\")] of `Blocks` lacks {layer}, which stands for the number of a layer; write \"model.layers.{layer}\" or where else the number stands",
            Forward("foreach (Part part in Blocks) x = part.Forward(x); return x;",
                """[[|Weights("model.layers")|], Layers(2)] public partial Layers<Part> Blocks { get; }""") + Part),
        new("MOE5002", "[Weights(\"a.{layer}\")] of `Part` has {layer}, but `Part` is not `Layers<T>`; the number belongs to the name of the layers",
            Member("""[[|Weights("a.{layer}")|], Linear(Width, Experts)] public partial Linear Part { get; }""")),
        new("MOE5003", "[Weights(\"a.{number}\")] of `Part` has {number}, which stands for nothing; there is only {layer}",
            Member("""[[|Weights("a.{number}")|], Linear(Width, Experts)] public partial Linear Part { get; }""")),
        new("MOE5004", "`Stem` and `Head` are both called \"Stem\" in a checkpoint; give one another [Weights(...)]",
            Forward("return Head.Forward(x);", """[Weights("Stem"), Linear(Width, 2)] public partial Linear [|Head|] { get; }""")),
        new("MOE5005", "[Weights(\"a..b\")] of `Part` is not a name in a checkpoint: it has parts between dots, none of them empty",
            Member("""[[|Weights("a..b")|], Linear(Width, Experts)] public partial Linear Part { get; }""")),
    ];
}
