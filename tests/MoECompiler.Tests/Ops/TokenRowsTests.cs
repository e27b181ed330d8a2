using CsCheck;
using MoECompiler.Ops;
using Xunit;
using Size = MoECompiler.Graphs.Size;

namespace MoECompiler.Tests.Ops;

public class TokenRowsTests : OpTest
{
    [Fact]
    public void TokenRows_AnyOrder_MatchesTheDefinition() => Gen.Select(Gen.Int[1, 40], Gen.Int[1, 4], Extent, Gen.Bool, Gen.Int).Sample((tokens, slots, columns, isSaid, seed) =>
    {
        Source source = new(seed);
        int rows = isSaid ? tokens * slots / 2 : tokens * slots;
        TestTensor[] given = [source.Normal(tokens, columns), source.IndicesFrom(-1, tokens * slots, rows)];
        Matches(
            new TokenRows(isSaid ? Size.Of(slots) : null), given,
            (cpu, v) =>
            {
                if (isSaid)
                    Kernels.TokenRows(cpu, v.In(0), v.Indices(1), v.Out(), Slots: slots);
                else
                    Kernels.TokenRows(cpu, v.In(0), v.Indices(1), v.Out());
            }, 0);
    }, iter: Cases);

    [Fact]
    public void TokenRows_Rows_HaveTheGradientOfTheirDifferences()
    {
        GradientCheck.Check(new TokenRows(), new Source(1).Normal(3, 4), TestTensor.I32([6], 5, 0, -1, 2, 1, 4));
        GradientCheck.Check(new TokenRows(Size.Of(2)), new Source(1).Normal(3, 4), TestTensor.I32([4], 5, 0, -1, 2));
    }

    [Fact]
    public void TokenRows_PairThatIsNot_IsRefused()
    {
        using CpuDevice cpu = new(1);
        View<float> x = cpu.New<float>(2, 3), y = cpu.New<float>(4, 3);
        ArgumentException error = Assert.Throws<ArgumentException>(() => Kernels.TokenRows(cpu, x, cpu.Upload<int>([0, 4, 1, 2], 4), y));
        Assert.Contains("order[1] is 4", error.Message, StringComparison.Ordinal);
    }
}
