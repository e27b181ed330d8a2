using Microsoft.CodeAnalysis;
using MoECompiler.Generators.Tests.Support;
using Xunit;

namespace MoECompiler.Generators.Tests.Pipeline;

/// <summary>Declarations that are odd but right: what is emitted for them compiles.</summary>
public sealed class AcceptanceTests
{
    private const string Loss = "[Loss] public Tensor Loss(Tensor logits, Tensor labels) => logits.CrossEntropy(labels).Mean();";

    [Theory]
    [InlineData("[Linear(4, 3)] public partial Linear stem { get; }", "Tensor Forward(Tensor x) => stem.Forward(x)")]
    [InlineData("[Linear(4, 3)] public partial Linear Stem { get; }", "Tensor Forward(Tensor x) { Tensor cpu = Stem.Forward(x); Tensor @int = cpu.Relu(); Tensor random = @int.Exp(); return random; }")]
    [InlineData("[Linear(4, 3)] public partial Linear Stem { get; }", "Tensor Predict(Tensor x) => Stem.Forward(x)")]
    [InlineData("[Linear(4, 3)] internal partial Linear Stem { get; }", "Tensor Forward(Tensor x) => Stem.Forward(x)")]
    [InlineData("[Linear(4, 3)] private partial Linear Stem { get; }", "Tensor Forward(Tensor x) => Stem.Forward(x)")]
    [InlineData("[Linear(4, 3)] public partial MoECompiler.Linear Stem { get; }", "Tensor Forward(Tensor x) => Stem.Forward(x)")]
    [InlineData("[Size] public const int B = 4; [Linear(B, 3)] public partial Linear Stem { get; }", "Tensor Forward(Tensor x) => Stem.Forward(x)")]
    [InlineData("[Size] public const int x = 4; [Linear(x, 3)] public partial Linear Stem { get; }", "Tensor Forward(Tensor y) => Stem.Forward(y)")]
    [InlineData("[Size] public const int y = 4; [Linear(y, 3)] public partial Linear Stem { get; }", "Tensor Forward(Tensor x) { Tensor y = Stem.Forward(x); return y; }")]
    [InlineData("[Linear(4, 3)] public partial Linear Stem { get; }", "Tensor Forward(Tensor x) { Tensor results = Stem.Forward(x); return results; }")]
    [InlineData("[Linear(4, 3)] public partial Linear Stem { get; } [Dropout(0.5f)] public partial Dropout Drop { get; }", "Tensor Forward(Tensor x) => Drop.Forward(Stem.Forward(x))")]
    [InlineData("[Linear(4, 3), Frozen] public partial Linear Stem { get; } [Linear(3, 3)] public partial Linear Head { get; }", "Tensor Forward(Tensor x) => Head.Forward(Stem.Forward(x))")]
    [InlineData("public partial Twice Twice { get; } [Linear(4, 3)] public partial Linear Stem { get; }", "Tensor Forward(Tensor x) => Twice.Forward(Stem.Forward(x))")]
    [InlineData("public partial Pair Pair { get; } [Linear(4, 3)] public partial Linear Stem { get; }", "Tensor Forward(Tensor x) { (Tensor a, Tensor b) = Pair.Forward(Stem.Forward(x)); return a * b; }")]
    [InlineData("public partial Nest Nest { get; }", "Tensor Forward([Shape(\"B\", 4)] Tensor x) => Nest.Forward(x)")]
    [InlineData("[Layers(2)] public partial Layers<Nest> Nests { get; } [Linear(4, 3)] public partial Linear Head { get; }",
        "Tensor Forward([Shape(\"B\", 4)] Tensor x) { foreach (Nest nest in Nests) x = nest.Forward(x); return Head.Forward(x); }")]
    [InlineData("[Linear(4, 3)] public partial Linear Stem { get; }", "Tensor Forward(Tensor x) { Tensor y = Stem.Forward(x); (y, Tensor z) = (y.Exp(), y.Tanh()); return z / y; }")]
    [InlineData("[Linear(4, 3)] public partial Linear Stem { get; }", "Tensor Forward(Tensor x) => Stem.Forward(x) + Stem.Forward(x.Relu())")]
    [InlineData("/// <summary>A &lt; B &amp; \"quoted\" {braces}.</summary>\n[Linear(4, 3)] public partial Linear Stem { get; }", "Tensor Forward(Tensor x) => Stem.Forward(x)")]
    public void Declaration_Compiles(string members, string forward)
    {
        string source = $$"""
            namespace App;

            [Model] public sealed partial class Net { {{members}} [Forward] public {{forward}}{{(forward.EndsWith('}') ? "" : ";")}} {{Loss}} }

            [Module] public sealed partial class Twice { [Forward] public Tensor Forward(Tensor x) => x + x; }

            [Module] public sealed partial class Pair { [Forward] public (Tensor a, Tensor b) Forward(Tensor x) => (x.Exp(), x.Relu()); }

            [Module] public sealed partial class Nest
            {
                public partial Twice Twice { get; }
                [Linear(4, 4)] public partial Linear Out { get; }
                [Dropout(0.1f)] public partial Dropout Drop { get; }
                [Forward] public Tensor Forward(Tensor x) => Drop.Forward(Twice.Forward(Out.Forward(x)));
            }
            """;
        GeneratorRun run = GeneratorRun.Of(source.Replace("\\\"", "\""));
        AssertNone(run.Diagnostics);
        AssertNone(run.Output.GetDiagnostics().Where(static d => d.Severity >= DiagnosticSeverity.Warning));
    }

    /// <summary>A member that nothing uses is warned of, and its model is compiled all the same.</summary>
    [Fact]
    public void UnusedMember_IsNoError()
    {
        GeneratorRun run = GeneratorRun.Of($$"""
            [Model] public sealed partial class Net
            {
                [Linear(4, 3)] public partial Linear Stem { get; }
                [Linear(4, 3)] public partial Linear Spare { get; }
                [RmsNorm(4)] public partial RmsNorm Norm { get; }
                public partial Part Part { get; }
                [Forward] public Tensor Forward(Tensor x) => Stem.Forward(x);
                {{Loss}}
            }
            [Module] public sealed partial class Part { [Linear(4, 3)] public partial Linear Stem { get; } [Forward] public Tensor Forward(Tensor x) => Stem.Forward(x); }
            """);
        Assert.Equal(["MOE1003", "MOE1003", "MOE1003"], run.Diagnostics.Select(static d => d.Id));
        Assert.Empty(run.Errors);
    }

    [Fact]
    public void ModelInTheGlobalNamespace_Compiles()
    {
        GeneratorRun run = GeneratorRun.Of(Samples.Digits.Replace("namespace App;", ""));
        AssertNone(run.Output.GetDiagnostics().Where(static d => d.Severity >= DiagnosticSeverity.Warning));
        Assert.Contains("Digits.Model.g.cs", run.Files.Keys);
    }

    /// <summary>An app's own namespace of operations is not that of the emitted files.</summary>
    [Fact]
    public void ModelBesideANamespaceNamedOps_Compiles()
    {
        GeneratorRun run = GeneratorRun.Of(Samples.Digits.Replace("namespace App;", "namespace App.Ops { public sealed class Thing; }\nnamespace App {") + "}");
        AssertNone(run.Output.GetDiagnostics().Where(static d => d.Severity >= DiagnosticSeverity.Warning));
        Assert.Contains("App.Digits.Model.g.cs", run.Files.Keys);
    }

    private static void AssertNone(IEnumerable<Diagnostic> diagnostics) => Assert.True(!diagnostics.Any(), string.Join("\n", diagnostics));
}
