using MoECompiler.Generators.Parsing;
using Xunit;

namespace MoECompiler.Generators.Tests.Parsing;

public sealed class SpellingTests
{
    [Theory]
    [InlineData("Widht", "Width", true)]
    [InlineData("width", "Width", true)]
    [InlineData("Widths", "Width", true)]
    [InlineData("Wdth", "Width", true)]
    [InlineData("Wodth", "Width", true)]
    [InlineData("Width", "Width", false)]
    [InlineData("Depth", "Width", false)]
    [InlineData("B", "T", false)]
    [InlineData("Out", "In", false)]
    public void IsNear_IsOneSlipAway(string written, string meant, bool expected) =>
        Assert.Equal((expected, expected), (Spelling.IsNear(written, meant), Spelling.IsNear(meant, written)));
}
