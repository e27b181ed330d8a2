using CsCheck;
using MoECompiler.Graphs;
using Xunit;
using Size = MoECompiler.Graphs.Size;

namespace MoECompiler.Tests.Graphs;

/// <summary>Sizes beside the same arithmetic on plain numbers.</summary>
public class SizePropertyTests
{
    private static readonly string[] s_names = ["A", "Bc", "B"];

    /// <summary>A size, and what it is for numbers in place of its names.</summary>
    private sealed record Twin(Size Size, Func<long[], long> Value)
    {
        public override string ToString() => Size.ToString();
    }

    private static readonly Gen<Twin> s_leaf = Gen.OneOf(
        Gen.Int[0, s_names.Length - 1].Select(static i => new Twin(Size.Symbol(s_names[i]), v => v[i])),
        Gen.Int[1, 6].Select(static n => new Twin(Size.Of(n), _ => n)));

    /// <summary>Sizes that are at least 1 for names that are: what a divisor must be.</summary>
    private static readonly Gen<Twin> s_positive = Gen.Recursive<Twin>(static (depth, inner) => depth >= 3 ? s_leaf : Gen.OneOf(
        s_leaf,
        Gen.Select(inner, inner, static (a, b) => new Twin(a.Size + b.Size, v => a.Value(v) + b.Value(v))),
        Gen.Select(inner, inner, static (a, b) => new Twin(a.Size * b.Size, v => a.Value(v) * b.Value(v))),
        Gen.Select(inner, inner, static (a, b) => new Twin(Size.CeilingDivide(a.Size, b.Size), v => (a.Value(v) + b.Value(v) - 1) / b.Value(v))),
        Gen.Select(inner, inner, static (a, b) => new Twin(Size.Max(a.Size, b.Size), v => Math.Max(a.Value(v), b.Value(v)))),
        Gen.Select(inner, inner, static (a, b) => new Twin(Size.Min(a.Size, b.Size), v => Math.Min(a.Value(v), b.Value(v)))),
        Gen.Select(inner, inner, static (a, b) => new Twin(a.Size / b.Size + 1, v => a.Value(v) / b.Value(v) + 1))));

    private static readonly Gen<Twin> s_any = Gen.Select(s_positive, s_positive, static (a, b) => new Twin(a.Size - b.Size, v => a.Value(v) - b.Value(v)));

    private static readonly Gen<long[]> s_binding = Gen.Long[1, 7].Array[s_names.Length];

    private static Func<string, long> Names(long[] binding) => name => binding[Array.IndexOf(s_names, name)];

    [Fact]
    public void Evaluate_AnySize_IsTheArithmeticOnNumbers() => Gen.Select(s_any, s_binding).Sample(static (size, binding) =>
        Assert.Equal(size.Value(binding), size.Size.Evaluate(Names(binding))));

    [Fact]
    public void ToString_AnySize_IsCSharpThatComputesTheSame() => Gen.Select(s_any, s_binding).Sample(static (size, binding) =>
    {
        Assert.Equal(size.Value(binding), SizeText.Evaluate(size.Size.ToString(), Names(binding)));
        Assert.Equal(size.Value(binding), SizeText.Parse(size.Size.ToString()).Evaluate(Names(binding)));
    });

    [Fact]
    public void Substitute_Numbers_IsEvaluate() => Gen.Select(s_any, s_binding).Sample(static (size, binding) =>
        Assert.Equal(size.Value(binding), size.Size.Substitute(name => Size.Of(Names(binding)(name))).Constant));

    [Fact]
    public void Substitute_Sizes_IsEvaluateOfTheirValues() => Gen.Select(s_any, s_positive, s_positive, s_binding).Sample(static (size, first, second, binding) =>
    {
        Size substituted = size.Size.Substitute(name => name == "A" ? first.Size : name == "B" ? second.Size : null);
        Assert.Equal(size.Value([first.Value(binding), binding[1], second.Value(binding)]), substituted.Evaluate(Names(binding)));
    });

    [Fact]
    public void Equals_SumsAndProducts_FollowTheLawsOfARing() => Gen.Select(s_any, s_any, s_any).Sample(static (x, y, z) =>
    {
        (Size a, Size b, Size c) = (x.Size, y.Size, z.Size);
        Assert.Equal(a * c + b * c, (a + b) * c);
        Assert.Equal(a * (b * c), a * b * c);
        Assert.Equal(b + (c + a), a + b + c);
        Assert.Equal(b * a, a * b);
        Assert.Equal(a, a + b - b);
        Assert.Equal(Size.Zero, a - a);
        Assert.Equal(-(a - b), b - a);
    });

    [Fact]
    public void Divide_ProductByAFactor_GivesTheOther() => Gen.Select(s_any, s_positive).Sample(static (x, y) =>
    {
        Assert.Equal(x.Size, x.Size * y.Size / y.Size);
        Assert.Equal(x.Size, Size.CeilingDivide(x.Size * y.Size, y.Size));
    });

    [Fact]
    public void Equals_EqualTexts_AreEqualValues() => Gen.Select(s_any, s_any, s_binding).Sample(static (x, y, binding) =>
    {
        Assert.Equal(x.Size.ToString() == y.Size.ToString(), x.Size.Equals(y.Size));
        if (x.Size.Equals(y.Size))
            Assert.Equal(x.Value(binding), y.Value(binding));
    });
}
