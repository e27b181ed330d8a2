using static MoECompiler.Generators.Tests.Diagnostics.DiagnosticCase;

namespace MoECompiler.Generators.Tests.Diagnostics;

internal static class ShapeCases
{
    public static DiagnosticCase[] All { get; } =
    [
        new("MOE2001", "Reshape of f32[B, Width] to [3, 5]: B * Width elements are not 15", Forward("return x.[|Reshape(3, 5)|];")),
        new("MOE2002", "The shape of `x` cannot be inferred from its first use; say it on the parameter: `[Shape(\"B\", ...)] Tensor x`",
            Model("[Forward] public Tensor Forward(Tensor x) => Stem.Forward([|x|].Relu());")),
        new("MOE2003", "The loss is f32[B, Width], but training minimizes one number; end it with `.Mean()` or `.Sum()`",
            Model("[Forward] public Tensor Forward(Tensor x) => Stem.Forward(x); [Loss] public Tensor [|Loss|](Tensor y) => y.Square();")),
        new("MOE3001", "There is no gradient for `ArgMax`, met on the way from the loss to `Part.Weight`; keep it out of the loss, or mark the member [Frozen]",
            Learned("[Loss] public Tensor Loss(Tensor y, [Shape(Experts, Width)] Tensor table) => table.Gather(y.ArgMax()).Mean();")),
        new("MOE3002", "`Part.Weight` gets no gradient: the loss does not depend on it; use the member, or mark it [Frozen]",
            Learned("[Loss] public Tensor Loss(Tensor y, [Shape(\"B\")] Tensor z) => z.Mean();")),
        new("MOE3003", "A step trains the whole of `Part.Weight`, not the rows that it read: the table is read in several places, or in repeated layers; read it once, or leave out Sparse",
            Model("""
                [Embedding(4, Width, Sparse = true)] public partial Embedding [|Part|] { get; }
                [Forward] public Tensor Forward([Shape("B", Integer = true)] Tensor one, [Shape("B", Integer = true)] Tensor other) =>
                    Stem.Forward(Part.Forward(one) + Part.Forward(other));
                [Loss] public Tensor Loss(Tensor y) => y.Mean();
                """)),
        new("MOE3004", "`Part.Weight` is stored in 4 bits, which no step of an optimizer changes; mark the member [Frozen], and train an adapter of the model",
            Learned("[Loss] public Tensor Loss(Tensor y) => y.Mean();").Replace("[Model]", "[Model(Precision = Precision.Nf4)]", StringComparison.Ordinal)),
    ];

    /// <summary>A model with one weight.</summary>
    private static string Learned(string loss) => Member("[Linear(Width, Experts, Bias = false)] public partial Linear [|Part|] { get; } " + loss);
}
