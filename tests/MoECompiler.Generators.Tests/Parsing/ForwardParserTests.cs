using MoECompiler.Generators.Parsing;
using MoECompiler.Generators.Tests.Diagnostics;
using MoECompiler.Generators.Tests.Support;
using Xunit;

namespace MoECompiler.Generators.Tests.Parsing;

/// <summary>What the parser makes of the C# that a Forward may be written in.</summary>
public sealed class ForwardParserTests
{
    [Theory]
    [InlineData("return x.Relu();", "return Relu(x)")]
    [InlineData("return -x;", "return Negate(x)")]
    [InlineData("return 2 * x + 1.5f;", "return Add(Multiply(2f, x), 1.5f)")]
    [InlineData("x -= x.Sum(0, -1); return x;", "x = Subtract(x, Sum(x, axes: 0, axes: -1))\nreturn x")]
    [InlineData("return x.Sum();", "return Sum(x)")]
    [InlineData("return x.Mean([1], keepExtents: true);", "return Mean(x, axes: 1, keepExtents: true)")]
    [InlineData("return Tensor.Max(x, 0);", "return Max(x: x, y: 0f)")]
    [InlineData("return x.Max();", "return Max(x)")]
    [InlineData("return x.Clamp(high: 2, low: -1);", "return Clamp(x, low: -1f, high: 2f)")]
    [InlineData("return x.CrossEntropy(x.ArgMax());", "return CrossEntropy(x, labels: ArgMax(x), smoothing: 0f)")]
    [InlineData("return x.Reshape(-1, Width / 2, 2);", "return Reshape(x, extents: -1, extents: (Width / 2), extents: 2)")]
    [InlineData("return x.Reshape([Width, Half]);", "return Reshape(x, extents: Width, extents: (Width / 2))")]
    [InlineData("return x / Width;", "return Divide(x, Width)")]
    [InlineData("return x * (1f / Half);", "return Multiply(x, Divide(1f, (Width / 2)))")]
    [InlineData("const int n = Width * 3; return x.Reshape(n, -1);", "return Reshape(x, extents: 3 * Width, extents: -1)")]
    [InlineData("const float half = 1f / 2; return x * half;", "return Multiply(x, 0.5f)")]
    [InlineData("return Deep ? x.Tanh() : x;", "return Tanh(x)")]
    [InlineData("if (!Deep) return x; else x = x.Exp(); return x;", "x = Exp(x)\nreturn x")]
    [InlineData("if (Deep) return x.Exp(); return x;", "return Exp(x)")]
    [InlineData("{ Tensor y = x; } { Tensor y = x.Exp(); x = y; } return x;", "y = x\ny2 = Exp(x)\nx = y2\nreturn x")]
    [InlineData("Tensor y; y = x.Exp(); return y;", "y = Exp(x)\nreturn y")]
    [InlineData("Tensor a = x.Exp(), b = a.Log(); return a + b;", "a = Exp(x)\nb = Log(a)\nreturn Add(a, b)")]
    [InlineData("(Tensor a, Tensor b) = (x.Exp(), x.Log()); return a * b;", "a = Exp(x)\nb = Log(x)\nreturn Multiply(a, b)")]
    [InlineData("var (a, b) = (x.Exp(), x.Log()); return a * b;", "a = Exp(x)\nb = Log(x)\nreturn Multiply(a, b)")]
    [InlineData("Tensor y = x.Exp(); (x, y) = (y, x); return x - y;", "y = Exp(x)\nnext = y\nnext2 = x\nx = next\ny = next2\nreturn Subtract(x, y)")]
    [InlineData("(x, _) = (x.Exp(), x.Log()); return x;", "x = Exp(x)\nreturn x")]
    [InlineData("return this.Stem.Forward(x: x)!;", "return Stem.Forward(x)")]
    [InlineData("return x.Transpose();", "return Transpose(x)")]
    public void Statements_AreReadAsFormulas(string statements, string expected) => Assert.Equal(expected, Body(statements));

    [Theory]
    [InlineData("return Twice(x);", "Tensor Twice(Tensor y) => y + y;", "return Add(x, x)")]
    [InlineData("return Twice(x.Exp());", "Tensor Twice(Tensor y) => y + y;", "y = Exp(x)\nreturn Add(y, y)")]
    [InlineData("return Twice(x) * x;", "static Tensor Twice(Tensor y) { y = y + y; return y; }", "y = x\ny = Add(y, y)\nreturn Multiply(y, x)")]
    [InlineData("return Log(x) + Log(x.Exp());", "Tensor Log(Tensor y) { Tensor z; z = y.Log(); return z; }", "z = Log(x)\ny = Exp(x)\nz2 = Log(y)\nreturn Add(z, z2)")]
    [InlineData("(Tensor a, x) = Both(x); return a + x;", "(Tensor, Tensor) Both(Tensor y) => (y.Exp(), y.Log());", "a = Exp(x)\nx = Log(x)\nreturn Add(a, x)")]
    [InlineData("return Outer(x);", "Tensor Outer(Tensor y) => Inner(y).Exp(); Tensor Inner(Tensor y) => Stem.Forward(y);", "return Exp(Stem.Forward(x))")]
    [InlineData("return Early(x);", "Tensor Early(Tensor y) { if (Deep) return y.Exp(); return y; }", "return Exp(x)")]
    public void Helpers_StandInPlaceOfTheirCalls(string statements, string helper, string expected) => Assert.Equal(expected, Body(statements, helper));

    [Fact]
    public void Layers_StayALoop()
    {
        MethodSpec forward = SpecText.Parse(Samples.Decoder + Samples.Block.Replace("namespace App;", ""), "Decoder").Root.Forward!;
        Assert.Equal(
            """
            x = Tokens.Forward(tokens)
            foreach block in Blocks
                x = block.Forward(x)
            return Head.Forward(Norm.Forward(x))
            """,
            SpecText.Of(forward));
        Assert.Equal("foreach (Block block in Blocks)", forward.Body[1].Text);
    }

    [Fact]
    public void ModuleWithTwoResults_IsTakenApart() => Assert.Equal(
        "a, b = Part.Forward(x)\nreturn Add(a, b)",
        Body("(Tensor a, Tensor b) = Part.Forward(x); return a + b;", "public partial Part Part { get; }", TwoResults));

    [Fact]
    public void ModuleWithTwoResults_IsHandedOn()
    {
        ModelSpec spec = SpecText.Parse(
            "[Model] public sealed partial class Net { public partial Part Part { get; } [Forward] public (Tensor, Tensor) Forward(Tensor x) => Part.Forward(x); }" + TwoResults);
        Assert.Equal("sum, difference = Part.Forward(x)\nreturn sum, difference", SpecText.Of(spec.Root.Forward!));
        Assert.Equal(["sum", "difference"], spec.Root.Forward!.Results);
    }

    [Fact]
    public void StatementText_IsOneLineWithoutComments()
    {
        ModelSpec spec = SpecText.Parse(DiagnosticCase.Forward("""
            x = Stem  .Forward(x) // the stem
                .Relu()
                .Reshape(
                    -1,
                    4 /* four */);
            return x;
            """));
        Assert.Equal("x = Stem.Forward(x).Relu().Reshape(-1, 4);", spec.Root.Forward!.Body[1].Text);
        Assert.Equal("return x;", spec.Root.Forward.Body[2].Text);
    }

    [Fact]
    public void ArrowBody_IsWrittenAsReturn() =>
        Assert.Equal("return Stem.Forward(x);", SpecText.Parse(DiagnosticCase.Model("[Forward] public Tensor Forward(Tensor x) => Stem.Forward(x);")).Root.Forward!.Body[0].Text);

    private const string TwoResults =
        "[Module] public sealed partial class Part { [Forward] public (Tensor sum, Tensor difference) Forward(Tensor x) => (x + x, x - x); }";

    /// <summary>The body without its first statement, which all have.</summary>
    private static string Body(string statements, string members = "", string more = "")
    {
        string text = SpecText.Of(SpecText.Parse(DiagnosticCase.Forward(statements, members) + more).Root.Forward!);
        Assert.StartsWith("x = Stem.Forward(x)\n", text, StringComparison.Ordinal);
        return text["x = Stem.Forward(x)\n".Length..];
    }
}
