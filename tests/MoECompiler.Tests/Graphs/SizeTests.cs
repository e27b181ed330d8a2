using MoECompiler.Graphs;
using Xunit;

namespace MoECompiler.Tests.Graphs;

public class SizeTests
{
    private static readonly Size A = Size.Symbol("A");
    private static readonly Size B = Size.Symbol("B");
    private static readonly Size C = Size.Symbol("C");

    [Fact]
    public void ToString_Sums_AreInDescendingDegreeAndOrdinalOrder() => Assert.Equal("B * C + 2 * A + B - 3", (B - 3 + A + C * B + A).ToString());

    [Fact]
    public void ToString_TermsThatCancel_AreGone() => Assert.Equal("0", (A * B - B * A).ToString());

    [Fact]
    public void ToString_NegativeLeadingTerm_HasItsSign() => Assert.Equal("-2 * A * B + 4", (4 - 2 * A * B).ToString());

    [Fact]
    public void Equals_DifferentOrders_AreEqualWithEqualHashes()
    {
        (Size left, Size right) = ((A + B) * (A - B), A * A - B * B);
        Assert.Equal(left, right);
        Assert.Equal(left.GetHashCode(), right.GetHashCode());
        Assert.NotEqual(left, right + 1);
    }

    [Theory]
    [InlineData(7, 2, 3, 4)]
    [InlineData(8, 2, 4, 4)]
    [InlineData(0, 5, 0, 0)]
    [InlineData(1, 5, 0, 1)]
    public void Divide_Constants_RoundDownAndUp(int left, int right, int down, int up)
    {
        Assert.Equal(Size.Of(down), Size.Of(left) / right);
        Assert.Equal(Size.Of(up), Size.CeilingDivide(left, right));
    }

    [Fact]
    public void Divide_FactorOfEachTerm_IsExact() => Assert.Equal("2 * A + C", ((4 * A * B + 2 * B * C) / (2 * B)).ToString());

    [Fact]
    public void Divide_SumThatIsAFactor_IsExact() => Assert.Equal(A - B, (A * A - B * B) / (A + B));

    [Fact]
    public void Divide_QuotientAmongTheFactors_Cancels() => Assert.Equal(A / B, A / B * C / C);

    [Fact]
    public void Divide_WithoutFactor_PutsSumsInParentheses()
    {
        Assert.Equal("((A + B) / C)", ((A + B) / C).ToString());
        Assert.Equal("(A / (B + C))", (A / (B + C)).ToString());
        Assert.Equal("(A / (2 * B))", (A / (2 * B)).ToString());
        Assert.Equal("(2 * A / B)", (2 * A / B).ToString());
        Assert.Equal("(A / (B / C))", (A / (B / C)).ToString());
        Assert.Equal("(A / 2)", (A / 2).ToString());
    }

    [Fact]
    public void Divide_CommonFactor_IsTakenOut()
    {
        Assert.Equal(A / B, 3 * A * C / (3 * B * C));
        Assert.Equal("((3 * A + 2 * B - 1) / (2 * B))", Size.CeilingDivide(1500 * A, 1000 * B).ToString());
    }

    [Fact]
    public void Divide_ByZero_Throws()
    {
        Assert.Throws<DivideByZeroException>(static () => A / Size.Zero);
        Assert.Throws<DivideByZeroException>(static () => Size.CeilingDivide(Size.Zero, A - A));
    }

    [Fact]
    public void TryDivide_NoFactor_IsNull()
    {
        Assert.Null((A + 1).TryDivide(A));
        Assert.Null((3 * A).TryDivide(2));
        Assert.Null((A * A + B * B).TryDivide(A + B));
        Assert.Equal(Size.Zero, Size.Zero.TryDivide(A + B));
    }

    [Fact]
    public void Bounds_NormalForm_DoesNotDependOnOrder()
    {
        Assert.Equal(Size.Max(A, B), Size.Max(B, A));
        Assert.Equal("Size.Min(A, B + 1)", Size.Min(B + 1, A).ToString());
        Assert.Equal(A, Size.Max(A, A));
        Assert.Equal(Size.Of(5), Size.Max(5, Size.Of(3)));
        Assert.NotEqual(Size.Max(A, B), Size.Min(A, B));
    }

    [Fact]
    public void Constant_OnlyWithoutSymbols()
    {
        Assert.Equal(0, Size.Zero.Constant);
        Assert.Equal(-6, (Size.Of(2) * -3).Constant);
        Assert.Null((A + 1).Constant);
        Assert.Null(A.Constant);
    }

    [Fact]
    public void Symbols_OfNestedQuotientsAndBounds_AreEachOnceInOrder() =>
        Assert.Equal(["A", "B", "C"], (C * Size.Max(B, A / (C + 1)) + A).Symbols);

    [Fact]
    public void Substitute_SomeNames_KeepsTheOthersAndNormalizes()
    {
        Size size = Size.CeilingDivide(A * B, C) + A / C;
        Assert.Equal(3 * B + 3, size.Substitute(static name => name == "C" ? Size.One : name == "A" ? 3 : null));
        Assert.Equal(Size.CeilingDivide(A * B, 4) + A / 4, size.Substitute(static name => name == "C" ? Size.Of(4) : null));
    }

    [Fact]
    public void Evaluate_Overflow_Throws() => Assert.Throws<OverflowException>(static () => (A * A * A).Evaluate(static _ => long.MaxValue / 2));

    [Fact]
    public void Product_OfNothing_IsOne() => Assert.Equal(Size.One, Size.Product([]));
}
