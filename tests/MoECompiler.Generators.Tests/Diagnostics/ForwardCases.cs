using static MoECompiler.Generators.Tests.Diagnostics.DiagnosticCase;

namespace MoECompiler.Generators.Tests.Diagnostics;

internal static class ForwardCases
{
    private const string Branch = "a graph can branch only on constants: compute both sides and mix them with `Tensor.Select`";
    private const string Loop = "only `foreach` over a property of type `Layers<T>` can be compiled: make the body a [Module]";
    private const string Calls = "call the methods of Tensor, the Forward of a member, or a method of this class";
    private const string Helper = "a helper is a method of the same class with a body that takes tensors and returns a tensor or a tuple of tensors";
    private const string Chosen = "which each instance of the model may choose";

    public static DiagnosticCase[] All { get; } =
    [
        new("MOE1001", $"`flag` depends on run time; {Branch}", Forward("if ([|flag|]) x = x.Relu(); return x;", "static bool flag;")),
        new("MOE1001", $"`flag` depends on run time; {Branch}", Forward("return [|flag|] ? x.Relu() : x;", "static bool flag;")),
        new("MOE1002", $"`Helpers.Other(x)` cannot be part of a graph; {Calls}",
            Forward("return [|Helpers.Other(x)|];") + "class Helpers { public static Tensor Other(Tensor x) => x; }"),
        new("MOE1002", "`Kept` cannot be part of a graph; pass tensors as parameters, and read numbers from constants",
            Forward("return x + [|Kept|];", "private Tensor Kept = null!;")),
        new("MOE1002", "`x ?? y` cannot be part of a graph; no member and no tensor is ever null", Forward("Tensor y = x; return [|x ?? y|];")),
        new("MOE1002", "`switch (Width)` cannot be part of a graph; choose with `if` on a constant", Forward("[|switch (Width) { default: return x; }|]")),
        new("MOE1002", "`Tensor Twice(Tensor y)` cannot be part of a graph; make it a method of the class",
            Forward("[|Tensor Twice(Tensor y) => y + y;|] return x;")),
        new("MOE1002", "`throw new NotSupportedException();` cannot be part of a graph", Forward("[|throw new NotSupportedException();|]")),
        new("MOE1002", "`Part.Stem.Forward(x)` cannot be part of a graph; call the Forward of the module itself, which may take and return several tensors",
            Forward("x = Part.Forward(x); return [|Part.Stem.Forward(x)|];", "public partial Part Part { get; }") + Part),
        new("MOE1002", "`Forward(y)` cannot be part of a graph; put what both need into a method of its own",
            Model("[Forward] public Tensor Forward(Tensor x) => Stem.Forward(x); [Loss] public Tensor Loss(Tensor y) => [|Forward(y)|].Mean();")),
        new("MOE1002", "`y = x.Relu()` cannot be part of a graph; give it a statement of its own", Forward("Tensor y; return ([|y = x.Relu()|]) + x;")),
        new("MOE1004", $"`for (int i = 0; i < 3; i++)` loops at run time; {Loop}", Forward("[|for (int i = 0; i < 3; i++) x = x.Relu();|] return x;")),
        new("MOE1004", $"`while (true)` loops at run time; {Loop}", Forward("[|while (true) { x = x.Relu(); }|]")),
        new("MOE1004", $"`foreach (int axis in axes)` loops at run time; {Loop}",
            Forward("[|foreach (int axis in axes) { x = x.Relu(); }|] return x;", "static int[] axes = [1];")),
        new("MOE1005", $"`Half > 2` depends on the size `Width`, {Chosen}; branch only on constants that are computed without sizes",
            Forward("if ([|Half > 2|]) x = x.Relu(); return x;")),
        new("MOE1006", "`n` must be known at build time; use a literal, a constant or a [Size]", Forward("return x.Reshape(-1, [|n|]);", "static int n = 2;")),
        new("MOE1006", "`n = 2` must be known at build time; use a literal, a constant or a [Size]", Forward("int [|n = 2|]; return x;")),
        new("MOE1006", "`rate` must be known at build time; use a literal, a constant or a [Size]", Forward("return x * [|rate|];", "static float rate = 2;")),
        new("MOE1007", $"`Width` depends on the size `Width`, {Chosen}; this number is baked in: write it without sizes", Forward("return x.Clamp(0, [|Width|]);")),
        new("MOE1006", "`[.. axes]` must be known at build time; use a literal, a constant or a [Size]",
            Forward("return x.Sum([|[.. axes]|]);", "static int[] axes = [1];")),
        new("MOE1007", $"`Width - 8` depends on the size `Width`, {Chosen}; this number is baked in: write it without sizes",
            Forward("return x.Sum([|Width - 8|]);")),
        new("MOE1007", $"`1f / Width` depends on the size `Width`, {Chosen}; this number is baked in: write it without sizes",
            Member("[RoutedExperts(Width, Experts, 2, 4, BalanceLoss = [|1f / Width|])] public partial RoutedExperts Part { get; }")),
        new("MOE1007", $"`Experts` depends on the size `Experts`, {Chosen}; this number is baked in: write it without sizes",
            Member("[RoutedExperts(Width, Experts, 2, 4, SharedExperts = [|Experts|])] public partial RoutedExperts Part { get; }")),
        new("MOE1008", "`Width % 3` is not a rule for sizes: from the size `Width` others are computed by + - * and / alone",
            Member("[Linear(Width, [|Width % 3|])] public partial Linear Part { get; }")),
        new("MOE1008", "`(int)(Width * 1.5f)` is not a rule for sizes: from the size `Width` others are computed by + - * and / alone",
            Member("[Linear(Width, [|(int)(Width * 1.5f)|])] public partial Linear Part { get; }")),
        new("MOE1009", "`x.Relu();` has no effect: tensors do not change in place; assign the result", Forward("[|x.Relu();|] return x;")),
        new("MOE1009", "`foreach (Part part in Blocks)` has no effect: tensors do not change in place; assign the result",
            Forward("[|foreach (Part part in Blocks) { Tensor y = part.Forward(x); }|] return x;", "[Layers(2)] public partial Layers<Part> Blocks { get; }") + Part),
        new("MOE1010", "A Forward cannot return out of a `foreach` over layers; assign the result and return it after the loop",
            Forward("foreach (Part part in Blocks) { x = part.Forward(x); [|return x;|] } return x;", "[Layers(2)] public partial Layers<Part> Blocks { get; }") + Part),
        new("MOE1011", "`Split(x)` gives several tensors; take them apart at once: `(Tensor a, Tensor b) = ...`",
            Forward("var both = [|Split(x)|]; return both.a;", "(Tensor a, Tensor b) Split(Tensor x) => (x.Relu(), x.Tanh());")),
        new("MOE1012", "`Blocks.Inner` repeats inside of layers that are repeated themselves; put the inner ones one by one, as properties of the module",
            Forward("foreach (Block block in Blocks) x = block.Forward(x); return x;", "[Layers(2)] public partial Layers<Block> [|Blocks|] { get; }") + Part + """

            [Module] public sealed partial class Block
            {
                [Layers(2)] public partial Layers<Part> Inner { get; }
                [Forward] public Tensor Forward(Tensor x) { foreach (Part part in Inner) x = part.Forward(x); return x; }
            }
            """),
        new("MOE1012", "`Others` repeats inside of layers that are repeated themselves; put the inner ones one by one, as properties of the module",
            Forward("foreach (Part part in Blocks) foreach (Part other in [|Others|]) x = other.Forward(part.Forward(x)); return x;",
                "[Layers(2)] public partial Layers<Part> Blocks { get; } [Layers(2)] public partial Layers<Part> Others { get; }") + Part),
        new("MOE1013", "`Again` calls itself; its body is put in place of the call, which would never end: use `Layers<T>` to repeat something",
            Forward("return Again(x);", "private Tensor Again(Tensor x) => [|Again(x)|].Relu();")),
        new("MOE1014", $"`Scaled` has the parameter `by`, which is a `float`; {Helper}",
            Forward("return [|Scaled(x, 2)|];", "private Tensor Scaled(Tensor x, float by) => x * by;")),
        new("MOE1014", $"`Some` has type parameters; {Helper}", Forward("return [|Some<int>(x)|];", "private Tensor Some<T>(Tensor x) => x;")),
        new("MOE1015", "`Loss` takes 1 of 2 results; it takes the results of `Forward` first, in their order: `a`, `b`",
            Model("""
                [Forward] public (Tensor a, Tensor b) Forward(Tensor x) { x = Stem.Forward(x); return (x.Relu(), x.Tanh()); }
                [Loss] public Tensor [|Loss|](Tensor a) => a.Mean();
                """)),
        new("MOE1015", "`Loss` takes `b` where `a` comes; it takes the results of `Forward` first, in their order: `a`, `b`",
            Model("""
                [Forward] public (Tensor a, Tensor b) Forward(Tensor x) { x = Stem.Forward(x); return (x.Relu(), x.Tanh()); }
                [Loss] public Tensor [|Loss|](Tensor b, Tensor a) => (a * b).Mean();
                """)),
    ];

    private const string Part = """

        [Module] public sealed partial class Part
        {
            [Linear(8, 8)] public partial Linear Stem { get; }
            [Forward] public Tensor Forward(Tensor x) => Stem.Forward(x);
        }
        """;
}
