using MoECompiler.Ops;
using Xunit;

namespace MoECompiler.Tests.Ops;

/// <summary>What is folded while formulas are made, and that infinities and NaN are not folded away.</summary>
public class ScalarTests
{
    private static readonly ScalarExpression s_x = Scalar.In(0), s_y = Scalar.In(1);

    [Fact]
    public void Of_NeutralNumbers_IsTheOperand()
    {
        Assert.Equal(s_x, s_x + 0);
        Assert.Equal(s_x, 0 + s_x);
        Assert.Equal(s_x, s_x - 0);
        Assert.Equal(s_x, s_x * 1);
        Assert.Equal(s_x, 1 * s_x);
        Assert.Equal(s_x, s_x / 1);
        Assert.Equal(s_x, -(-s_x));
        Assert.Equal(-s_x, 0 - s_x);
    }

    [Fact]
    public void Of_ZeroTimesOrDivided_StaysNaNWhereTheOperandIs()
    {
        foreach (ScalarExpression expression in (ScalarExpression[])[s_x * 0, 0 * s_x, 0 / s_x])
            Assert.True(double.IsNaN(expression.Evaluate([double.NaN], static _ => 0)));
        Assert.True(double.IsNaN((s_x * 0).Evaluate([double.PositiveInfinity], static _ => 0)));
        Assert.True(double.IsNaN((0 / s_x).Evaluate([0], static _ => 0)));
    }

    [Fact]
    public void Of_Constants_IsTheirValueWhereAFloatHoldsIt()
    {
        Assert.Equal(Scalar.Constant(0.75f), Scalar.Constant(3) / 4);
        Assert.Equal("(Constant(1f) / Constant(3f))", (Scalar.Constant(1) / 3).ToString());
    }

    [Fact]
    public void Differentiate_WhatDoesNotDependOnTheInput_AddsNothing()
    {
        Assert.Equal(Scalar.Constant(0), Scalar.Exp(s_y).Differentiate(0));
        Assert.Equal(s_y, (s_x * s_y + Scalar.Log(s_y)).Differentiate(0));
        Assert.Equal(Scalar.Step(s_y), Scalar.Select(s_y, s_x, 3).Differentiate(0));
    }
}
