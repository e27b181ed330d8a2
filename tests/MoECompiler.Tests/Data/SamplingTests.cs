using CsCheck;
using MoECompiler.Data;
using Xunit;

namespace MoECompiler.Tests.Data;

/// <summary>Classes that have unlike numbers of rows: weights, draws, splits, made rows.</summary>
public class SamplingTests
{
    [Fact]
    public void Balanced_IsRowsOverClassesTimesCount()
    {
        int[] labels = [0, 0, 0, 0, 0, 0, 1, 1, 3, -1];
        Assert.Equal([9 / (4f * 6), 9 / (4f * 2), 0, 9 / 4f], ClassWeights.Balanced(labels, 4));
        Assert.Equal([1, 1, 1, 1, 1, 1, 2, 2, 4, 0], ClassWeights.OfRows(labels, [1, 2, 3, 4]));
        Assert.Throws<ArgumentException>(() => ClassWeights.Balanced(labels, 3));
        Assert.Throws<ArgumentException>(() => ClassWeights.OfRows(labels, [1, 2]));
    }

    /// <summary>Of 100 epochs the shares are those of the weights, within five standard deviations.</summary>
    [Fact]
    public void Weighted_ManyEpochs_DrawsByTheWeights()
    {
        float[] weights = [.. Enumerable.Range(0, 200).Select(static i => i % 7 == 0 ? 0 : (float)(i % 5 + 1))];
        RowSampler sampler = RowSampler.Weighted(weights, seed: 3);
        int[] order = new int[weights.Length];
        double[] counts = new double[weights.Length];
        for (int epoch = 0; epoch < 100; epoch++)
        {
            sampler.Fill(order, epoch);
            foreach (int row in order)
                counts[row]++;
        }
        double sum = weights.Sum();
        for (int i = 0; i < weights.Length; i++)
        {
            double expected = 100 * weights.Length * weights[i] / sum;
            Assert.InRange(counts[i], expected - 5 * Math.Sqrt(expected), expected + 5 * Math.Sqrt(expected));
        }
    }

    [Fact]
    public void Weighted_BalancedClasses_GivesBatchesOfBothAlikeAndTheSameAgain()
    {
        using CpuDevice device = new(1);
        int[] labels = [.. Enumerable.Range(0, 1_000).Select(static i => i % 50 == 0 ? 1 : 0)];
        Dataset data = new(new IntegerColumn("label", labels));
        float[] weights = ClassWeights.OfRows(labels, ClassWeights.Balanced(labels, 2));
        using DataLoader loader = new(device, data, 1_000, RowSampler.Weighted(weights, seed: 1)), same = new(device, data, 1_000, RowSampler.Weighted(weights, seed: 1));
        int[] first = loader.Next().Integer("label").ToArray();
        Assert.InRange(first.Sum(), 420, 580);
        Assert.Equal(first, same.Next().Integer("label").ToArray());
        Assert.NotEqual(first, loader.Next().Integer("label").ToArray());
        loader.Seek(0);
        Assert.Equal(first, loader.Next().Integer("label").ToArray());
        Assert.Equal(loader.Identity, same.Identity);
        Assert.StartsWith("1000 rows in batches of 1000, drawn by weights ", loader.Identity);
    }

    [Fact]
    public void Weighted_WeightsThatAreNone_Throws()
    {
        Assert.Throws<ArgumentException>(() => RowSampler.Weighted([1, -1], 0));
        Assert.Throws<ArgumentException>(() => RowSampler.Weighted([1, float.NaN], 0));
        Assert.Throws<ArgumentException>(() => RowSampler.Weighted([0, 0], 0));
        using CpuDevice device = new(1);
        Assert.Throws<ArgumentException>(() => new DataLoader(device, new Dataset(new IntegerColumn("a", [1, 2])), 1, RowSampler.Weighted([1], 0)));
    }

    [Fact]
    public void SplitStratified_AnyData_KeepsTheShares()
        => Gen.Select(Gen.Int[-1, 4].Array[0, 80], Gen.Int[0, 80], Gen.ULong).Sample((labels, test, seed) =>
        {
            test = Math.Min(test, labels.Count(static label => label >= 0));
            Dataset data = new(new IntegerColumn("label", labels), new IntegerColumn("i", [.. Enumerable.Range(0, labels.Length)]));
            (Dataset training, Dataset held) = data.SplitStratified("label", test, seed);
            Assert.Equal(test, held.Rows);
            Assert.Equal(Enumerable.Range(0, labels.Length), Integers(training, "i").Concat(Integers(held, "i")).Order());
            int classed = labels.Count(static label => label >= 0);
            for (int label = 0; label < 5; label++)
            {
                double share = classed == 0 ? 0 : (double)labels.Count(l => l == label) * test / classed;
                int found = Integers(held, "label").Count(l => l == label);
                Assert.True(Math.Abs(found - share) < 1, $"class {label}: {found} of {share}");
            }
        });

    [Fact]
    public void Smote_RareClass_IsFilledBetweenItsRows()
    {
        Random random = new(1);
        float[] x = [.. Enumerable.Range(0, 120).Select(i => (i < 80 ? 0 : 10) + random.NextSingle())];
        int[] labels = [.. Enumerable.Range(0, 60).Select(static i => i < 40 ? 0 : i < 59 ? 2 : 1)];
        Dataset data = new(new FloatColumn("x", x, 2), new IntegerColumn("label", labels));
        Dataset balanced = Smote.Balance(data, "x", "label", neighbors: 3, seed: 4);
        Assert.Equal(120, balanced.Rows);
        Assert.Equal([40, 40, 40], Integers(balanced, "label").CountBy(static l => l).OrderBy(static c => c.Key).Select(static c => c.Value));
        float[] all = ((FloatColumn)balanced["x"]).Elements.ToArray();
        Assert.Equal(x, all[..120]);
        Assert.Equal(labels, Integers(balanced, "label")[..60]);
        // A class of one row is that row again; the others lie within the square of their class, each on a line between two rows.
        for (int row = 60; row < 120; row++)
        {
            (float a, float b) = (all[2 * row], all[2 * row + 1]);
            if (Integers(balanced, "label")[row] == 1)
                Assert.Equal((x[118], x[119]), (a, b));
            else
                Assert.True(IsBetween(x.AsSpan(80, 38), a, b), $"{a}, {b}");
        }
        Assert.Equal(all, ((FloatColumn)Smote.Balance(data, "x", "label", 3, 4)["x"]).Elements.ToArray());
        Assert.NotEqual(all, ((FloatColumn)Smote.Balance(data, "x", "label", 3, 5)["x"]).Elements.ToArray());
    }

    private static bool IsBetween(ReadOnlySpan<float> rows, float a, float b)
    {
        for (int i = 0; i < rows.Length; i += 2)
        {
            for (int j = 0; j < rows.Length; j += 2)
            {
                double along = rows[j] == rows[i] ? 0 : (a - rows[i]) / (double)(rows[j] - rows[i]);
                if (along is >= 0 and < 1 && Math.Abs(rows[i + 1] + along * (rows[j + 1] - rows[i + 1]) - b) < 1e-4)
                    return true;
            }
        }
        return false;
    }

    private static int[] Integers(Dataset data, string column) => ((IntegerColumn)data[column]).Elements.ToArray();
}
