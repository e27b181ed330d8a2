using static MoECompiler.Generators.Tests.Diagnostics.DiagnosticCase;

namespace MoECompiler.Generators.Tests.Diagnostics;

internal static class SettingCases
{
    private const string Sealed = "the compiler writes its other half, and it has no heirs";
    private const string Plain = "a model or module is a top-level class without type parameters and without a base class";
    private const string Method = "a method that the compiler reads is a plain method of the instance with a body";
    private const string Parameter = "take a `Tensor` by value, and put what is known at build time into a constant";

    public static DiagnosticCase[] All { get; } =
    [
        new("MOE0001", $"`Net` must be `sealed partial`: {Sealed}",
            "[Model] public partial class [|Net|] { [Forward] public Tensor Forward(Tensor x) => x.Relu(); }"),
        new("MOE0001", $"`Net` must be `sealed partial`: {Sealed}",
            "[Model] public sealed class [|Net|] { [Forward] public Tensor Forward(Tensor x) => x.Relu(); }"),
        new("MOE0001", $"`Part` must be `sealed partial`: {Sealed}",
            "[Module] public partial class [|Part|] { [Forward] public Tensor Forward(Tensor x) => x.Relu(); }"),
        new("MOE0002", $"`Net` is nested in `Outer`; {Plain}",
            """
            public partial class Outer
            {
                [Model] public sealed partial class [|Net|]
                {
                    [Linear(2, 2)] public partial Linear Stem { get; }
                    [Forward] public Tensor Forward(Tensor x) => Stem.Forward(x);
                }
            }
            """),
        new("MOE0002", $"`Net` has type parameters; {Plain}",
            """
            [Model] public sealed partial class [|Net|]<T> where T : class
            {
                [Linear(2, 2)] public partial Linear Stem { get; }
                [Forward] public Tensor Forward(Tensor x) => Stem.Forward(x);
            }
            """),
        new("MOE0002", $"`Net` is a record; {Plain}",
            """
            [Model] public sealed partial record [|Net|]
            {
                [Linear(2, 2)] public partial Linear Stem { get; }
                [Forward] public Tensor Forward(Tensor x) => Stem.Forward(x);
            }
            """),
        new("MOE0002", $"`Net` derives from `Base`; {Plain}",
            "public class Base { } [Model] public sealed partial class [|Net|] : Base { [Forward] public Tensor Forward(Tensor x) => x.Relu(); }"),
        new("MOE0002", $"`Net` has a constructor in its head; {Plain}",
            "[Model] public sealed partial class [|Net|](int n) { [Forward] public Tensor Forward(Tensor x) => x.Relu(); public int N => n; }"),
        new("MOE0002", $"`Net` is static; {Plain}", "[Model] public static partial class [|Net|] { }"),
        new("MOE0002", $"`Part` is abstract; {Plain}",
            "[Module] public abstract partial class [|Part|] { [Forward] public Tensor Forward(Tensor x) => x.Relu(); }"),
        new("MOE0002", $"`Net` is local to its file; {Plain}",
            "[Model] file sealed partial class [|Net|] { [Forward] public Tensor Forward(Tensor x) => x.Relu(); }"),
        new("MOE0003", "`Net` has no method marked [Forward]; add `[Forward] public Tensor Forward(Tensor x)`",
            "[Model] public sealed partial class [|Net|] { [Linear(2, 2)] public partial Linear Stem { get; } }"),
        new("MOE0004", "`Net` has another method marked [Forward]; mark only one",
            Model("[Forward] public Tensor Forward(Tensor x) => Stem.Forward(x); [Forward] public Tensor [|Again|](Tensor x) => Stem.Forward(x);")),
        new("MOE0004", "`Net` has another method marked [Loss]; mark only one",
            Model("""
                [Forward] public Tensor Forward(Tensor x) => Stem.Forward(x);
                [Loss] public Tensor Loss(Tensor y) => y.Square().Mean();
                [Loss] public Tensor [|Other|](Tensor y) => y.Abs().Mean();
                """)),
        new("MOE0005", "`Net` is marked both [Model] and [Module]; keep one: a model is trained and saved, a module is a part of models",
            """
            [Model, Module] public sealed partial class [|Net|]
            {
                [Linear(2, 2)] public partial Linear Stem { get; }
                [Forward] public Tensor Forward(Tensor x) => Stem.Forward(x);
            }
            """),
        new("MOE0006", $"`Forward` is static; {Method}", Model("[Forward] public static Tensor [|Forward|](Tensor x) => x.Relu();")),
        new("MOE0006", $"`Forward` has type parameters; {Method}", Model("[Forward] public Tensor [|Forward|]<T>(Tensor x) => Stem.Forward(x);")),
        new("MOE0006", $"`Forward` has no body; {Method}",
            Model("[Forward] public partial Tensor [|Forward|](Tensor x); public partial Tensor Forward(Tensor x) => Stem.Forward(x);")),
        new("MOE0006", $"`Loss` is static; {Method}",
            Model("[Forward] public Tensor Forward(Tensor x) => Stem.Forward(x); [Loss] public static Tensor [|Loss|](Tensor y) => y.Square().Mean();")),
        new("MOE0007", "`Forward` returns `float`; return `Tensor`, or from a Forward a tuple such as `(Tensor logits, Tensor score)`",
            Model("[Forward] public float [|Forward|](Tensor x) => 1;")),
        new("MOE0007", "`Forward` returns `(Tensor y, float z)`; return `Tensor`, or from a Forward a tuple such as `(Tensor logits, Tensor score)`",
            Model("[Forward] public (Tensor y, float z) [|Forward|](Tensor x) => (x, 1);")),
        new("MOE0007", "`Loss` returns `(Tensor, Tensor)`; return `Tensor`, or from a Forward a tuple such as `(Tensor logits, Tensor score)`",
            Model("[Forward] public Tensor Forward(Tensor x) => Stem.Forward(x); [Loss] public (Tensor, Tensor) [|Loss|](Tensor y) => (y, y);")),
        new("MOE0008", $"Parameter `rate` of `Forward` is a `float`; {Parameter}",
            Model("[Forward] public Tensor Forward(Tensor x, float [|rate|]) => Stem.Forward(x) * rate;")),
        new("MOE0008", $"Parameter `x` of `Forward` is passed by reference; {Parameter}",
            Model("[Forward] public Tensor Forward(ref Tensor [|x|]) => Stem.Forward(x);")),
        new("MOE0008", $"Parameter `mask` of `Forward` is optional; {Parameter}",
            Model("[Forward] public Tensor Forward(Tensor x, Tensor? [|mask|] = null) => Stem.Forward(x);")),
        new("MOE0009", "`Loss` is marked [Loss] in a [Module]; only a [Model] has a loss: move it there",
            """
            [Module] public sealed partial class Part
            {
                [Forward] public Tensor Forward(Tensor x) => x.Relu();
                [Loss] public Tensor [|Loss|](Tensor y) => y.Mean();
            }
            """),
        new("MOE0010", "`Forward` is marked [Forward], but `Net` is not compiled; mark the class [Model] or [Module]",
            "public sealed partial class Net { [Forward] public Tensor [|Forward|](Tensor x) => x.Relu(); }"),
        new("MOE0011", "`Forward` takes no tensor; give it one parameter for each input", Model("[Forward] public Tensor [|Forward|]() => null!;")),
        new("MOE0012", "`Device` is the name of something that every model has; choose another",
            "[Model] public sealed partial class Net { [Linear(2, 2)] public partial Linear [|Device|] { get; } [Forward] public Tensor Forward(Tensor x) => Device.Forward(x); }"),
        new("MOE0013", "`class` is a word of C#; choose another name",
            "[Model] public sealed partial class Net { [Linear(2, 2)] public partial Linear [|@class|] { get; } [Forward] public Tensor Forward(Tensor x) => @class.Forward(x); }"),
        new("MOE0013", "`in` is a word of C#; choose another name", Model("[Forward] public Tensor Forward(Tensor [|@in|]) => Stem.Forward(@in);")),
        new("MOE0013", "`random` is a name that emitted code has for itself; choose another name",
            Model("[Forward] public Tensor Forward(Tensor [|random|]) => Stem.Forward(random);")),
        new("MOE0013", "`N` is the name of an extent too; choose another name",
            Model("""[Forward] public Tensor Forward([Shape("N", Width)] Tensor [|N|]) => Stem.Forward(N);""")),
    ];
}
