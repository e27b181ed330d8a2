using CsCheck;
using Xunit;

namespace MoECompiler.Tests.Runtime;

public class SmallestTests
{
    /// <summary>What a stable sort puts first, of numbers many of which are equal.</summary>
    [Fact]
    public void Mark_AnyNumbers_MarksTheFirstOfASort() => Gen.Select(
        Gen.OneOf(Gen.Float[0, 1], Gen.Const(0f), Gen.Const(0.5f), Gen.Const(float.PositiveInfinity), Gen.Const(float.NaN), Gen.Float[0, 1e-38f]).Array[1, 60], Gen.Int[0, 60]).Sample(
        static (numbers, wanted) =>
        {
            int count = Math.Min(wanted, numbers.Length);
            byte[] marks = new byte[numbers.Length];
            Smallest.Mark(numbers, count, marks);
            int[] order = [.. Enumerable.Range(0, numbers.Length).OrderBy(i => float.IsNaN(numbers[i])).ThenBy(i => numbers[i])];
            Assert.Equal(order.Take(count).Order(), Enumerable.Range(0, numbers.Length).Where(i => marks[i] != 0));
        });
}
