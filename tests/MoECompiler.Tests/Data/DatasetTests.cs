using CsCheck;
using MoECompiler.Data;
using Xunit;

namespace MoECompiler.Tests.Data;

public class DatasetTests
{
    [Fact]
    public void New_ColumnsThatDoNotFit_Throws()
    {
        IntegerColumn two = new("a", [1, 2]);
        Assert.Throws<ArgumentException>(() => new Dataset());
        Assert.Throws<ArgumentException>(() => new Dataset(two, new IntegerColumn("a", [1, 2])));
        Assert.Equal(
            "Column \"b\" has 3 rows and \"a\" 2. (Parameter 'columns')",
            Assert.Throws<ArgumentException>(() => new Dataset(two, new IntegerColumn("b", [1, 2, 3]))).Message);
        Assert.Throws<KeyNotFoundException>(() => new Dataset(two)["b"]);
    }

    [Fact]
    public void NewColumn_NoWholeNumberOfRows_Throws()
    {
        Assert.Throws<ShapeException>(() => new FloatColumn("x", new float[5], 2));
        Assert.Throws<ShapeException>(() => new FloatColumn("x", [], 0));
        Assert.Throws<ShapeException>(() => new FloatColumn("x", new float[1], 1, 1, 1, 1, 1, 1));
        Assert.Equal(3, new FloatColumn("x", new float[12], 2, 2).Rows);
        Assert.Equal(5, new FloatColumn("x", new float[5]).Rows);
    }

    [Fact]
    public void Take_RowsInAnyOrder_GivesThem()
    {
        Dataset data = new(
            new FloatColumn("x", [1, 2, 3, 4, 5, 6], 2), new IntegerColumn("y", [7, 8, 9]), new ByteColumn("z", [0, 51, 255], [1]));
        Dataset taken = data.Take([2, 0, 2]);
        Assert.Equal([5, 6, 1, 2, 5, 6], ((FloatColumn)taken["x"]).Elements.ToArray());
        Assert.Equal([9, 7, 9], ((IntegerColumn)taken["y"]).Elements.ToArray());
        Assert.Equal([255, 0, 255], ((ByteColumn)taken["z"]).Elements.ToArray());
        Assert.Throws<ArgumentOutOfRangeException>(() => data.Take([3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => data.Take([-1]));
    }

    [Fact]
    public void Split_AnySizes_PartsTheRows()
        => Gen.Select(Gen.Int[0, 50], Gen.Int[0, 50], Gen.ULong).Sample((rows, test, seed) =>
        {
            test = Math.Min(test, rows);
            Dataset data = new(new IntegerColumn("i", [.. Enumerable.Range(0, rows)]));
            (Dataset training, Dataset held) = data.Split(test, seed);
            int[] a = ((IntegerColumn)training["i"]).Elements.ToArray();
            int[] b = ((IntegerColumn)held["i"]).Elements.ToArray();
            Assert.Equal(test, b.Length);
            Assert.Equal(a.Order(), a);
            Assert.Equal(b.Order(), b);
            Assert.Equal(Enumerable.Range(0, rows), a.Concat(b).Order());
        });

    [Fact]
    public void Split_SameSeed_GivesTheSameRowsAndAnotherSeedOthers()
    {
        Dataset data = new(new IntegerColumn("i", [.. Enumerable.Range(0, 1000)]));
        int[] Test(ulong seed) => ((IntegerColumn)data.Split(100, seed).Test["i"]).Elements.ToArray();
        Assert.Equal(Test(5), Test(5));
        Assert.NotEqual(Test(5), Test(6));
    }

    [Fact]
    public void Moments_OfBytes_AreMeanAndDeviation()
    {
        Assert.Equal((3, 1), new ByteColumn("x", [2, 4, 4, 2], [2]).Moments());
        Assert.Equal((9, 1), new ByteColumn("x", [9, 9], [2]).Moments());
        Assert.Equal((0, 1), new ByteColumn("x", [], [2]).Moments());
        ByteColumn scaled = new ByteColumn("x", [2, 4, 4, 2], [2]).Scaled(3, 1);
        Assert.Equal((3, 1), (scaled.Mean, scaled.Deviation));
    }

    [Fact]
    public void Standardization_OfTrainingRows_IsAppliedToOthers()
    {
        FloatColumn training = new("x", [1, 10, 3, 10, 5, 10, 7, 10], 2);
        Standardization standardization = Standardization.Of(training);
        Assert.Equal([4, 10], standardization.Means);
        Assert.Equal([Math.Sqrt(5), 1], standardization.Deviations);
        Assert.Equal([0f, 0f, (float)(5 / Math.Sqrt(5)), 2f], standardization.Apply(new FloatColumn("y", [4, 10, 9, 12], 2)).Elements.ToArray());
        Assert.Throws<ShapeException>(() => standardization.Apply(new FloatColumn("y", [1, 2, 3], 3)));
    }
}
