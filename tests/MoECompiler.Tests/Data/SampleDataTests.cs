using MoECompiler.Data;
using Xunit;

namespace MoECompiler.Tests.Data;

/// <summary>The data that the samples ship are what their DATA.md says.</summary>
public class SampleDataTests
{
    [Theory]
    [InlineData("train", 1_000)]
    [InlineData("t10k", 200)]
    public void Fashion_HasTheSameNumberOfEachClass(string set, int rowsPerClass)
    {
        ByteColumn images = IdxFile.Read(Sample($"FashionMoE/data/{set}-images-idx3-ubyte.gz")).ToBytes("pixels");
        IntegerColumn classes = IdxFile.Read(Sample($"FashionMoE/data/{set}-labels-idx1-ubyte.gz")).ToIntegers("classes");
        Assert.Equal(new Extents(28, 28), images.Spec.RowExtents);
        Assert.Equal(images.Rows, classes.Rows);
        Assert.Equal(Enumerable.Repeat(rowsPerClass, 10), classes.Elements.ToArray().CountBy(static c => c).OrderBy(static c => c.Key).Select(static c => c.Value));

        // The mean and deviation of the full data set's pixels, as published, are 0.286 and 0.353.
        (double mean, double deviation) = images.Moments();
        Assert.Equal(0.286, mean / 255, 0.005);
        Assert.Equal(0.353, deviation / 255, 0.005);
    }

    [Theory]
    [InlineData("train", 8_000, 1_912, 2_633)]
    [InlineData("test", 4_000, 947, 1_345)]
    public void Adult_HasTheStatedRows(string set, int rows, int wellPaid, int neverMarried)
    {
        CsvTable table = CsvTable.Read(Sample($"MultiTask/data/adult-{set}.csv.gz"), new CsvOptions { MissingTexts = ["?"] });
        Assert.Equal(rows, table.Rows);
        Assert.Equal(wellPaid, table.Codes("income", ["<=50K", ">50K"]).Sum());
        Assert.Equal(neverMarried, table.Codes("marital_status", ["Never-married"], other: 1).Count(static code => code == 0));
        foreach (string number in (string[])["age", "fnlwgt", "education_num", "capital_gain", "capital_loss", "hours_per_week"])
            Assert.All(table.Numbers(number), static value => Assert.True(value >= 0));
        Assert.DoesNotContain("?", table.Categories("workclass"));
    }

    internal static string Sample(string path)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "MoECompiler.sln")))
                return Path.Combine(folder.FullName, "samples", path);
        }
        throw new DirectoryNotFoundException("The tests do not lie in the repository.");
    }
}
