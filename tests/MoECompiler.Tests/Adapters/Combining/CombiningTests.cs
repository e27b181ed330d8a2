using Xunit;

namespace MoECompiler.Tests.Adapters.Combining;

/// <summary>Of the rank of several others together.</summary>
[Lora<MixtureModel>(Rank = 9, Alpha = 3)]
public sealed partial class MixtureUnion;

[Lora<MixtureModel>(Rank = 3, Targets = [nameof(MixtureModel.Head)])]
public sealed partial class MixtureHead;

[Ia3<MixtureModel>]
public sealed partial class MixtureGains;

/// <summary>One adapter of several: what its change is, against changes that are multiplied out in double precision.</summary>
public sealed class CombiningTests : IDisposable
{
    /// <summary>Of the largest element of a change: the rounding of factors of 32 bits, a few of whose products are added.</summary>
    private const double Tolerance = 1e-6;

    private readonly CpuDevice _device = new(1);
    private readonly MixtureModel _model;
    private readonly MixtureAdapter _first, _second;
    private readonly MixtureNola _third;

    public CombiningTests()
    {
        _model = AdapterChecks.New(new MixtureModel(_device));
        _first = Trained(new MixtureAdapter(_model), 1);
        _second = Trained(new MixtureAdapter(_model), 2);
        _third = Trained(new MixtureNola(_model), 3);
    }

    public void Dispose()
    {
        _third.Dispose();
        _second.Dispose();
        _first.Dispose();
        _model.Dispose();
        _device.Dispose();
    }

    [Fact]
    public void Concatenation_IsTheSumOfTheChanges()
    {
        using MixtureUnion union = new(_model);
        union.Combine(AdapterCombination.Concatenation, (_first, 0.7f), (_third, -2), (_second, 0.25f));
        AssertClose(Sum((_first, 0.7f), (_third, -2), (_second, 0.25f)), Changes(union), Tolerance);
    }

    [Fact]
    public void TruncatedSvd_OfEnoughRank_IsTheSumOfTheChanges()
    {
        using MixtureUnion union = new(_model);
        union.Combine(AdapterCombination.TruncatedSvd, (_first, 0.7f), (_third, -2), (_second, 0.25f));
        AssertClose(Sum((_first, 0.7f), (_third, -2), (_second, 0.25f)), Changes(union), Tolerance);
    }

    /// <summary>What is missing from the sum has the length that Eckart and Young give it: that of the singular values that are left out.</summary>
    [Fact]
    public void TruncatedSvd_OfLessRank_MissesTheSmallestSingularValuesOnly()
    {
        List<double[,]> sums = Sum((_first, 1), (_second, 0.5f));
        using MixtureAdapter target = new(_model);
        target.Combine(AdapterCombination.TruncatedSvd, (_first, 1), (_second, 0.5f));
        List<double[,]> changes = Changes(target);
        for (int i = 0; i < sums.Count; i++)
        {
            Matrix dense = new(sums[i].GetLength(0), sums[i].GetLength(1));
            double missing = 0;
            for (int row = 0; row < dense.Rows; row++)
                for (int column = 0; column < dense.Columns; column++)
                {
                    dense[row, column] = sums[i][row, column];
                    missing += Math.Pow(sums[i][row, column] - changes[i][row, column], 2);
                }
            double[] values = SingularValues.Of(dense).Values;
            double expected = Math.Sqrt(values.Skip(3).Sum(static v => v * v));
            Assert.True(Math.Abs(Math.Sqrt(missing) - expected) <= 1e-5 * values[0], $"{i}: {Math.Sqrt(missing)} is missing, and {expected} has to be");
        }
    }

    [Fact]
    public void Linear_IsTheProductOfTheSums()
    {
        using MixtureAdapter target = new(_model);
        target.Combine(AdapterCombination.Linear, (_first, 0.5f), (_second, -0.25f));
        for (int i = 0; i < target.Sites.Count; i++)
        {
            (float[] a1, float[] b1) = ((AdapterFactors)_first.Sites[i]).Read();
            (float[] a2, float[] b2) = ((AdapterFactors)_second.Sites[i]).Read();
            (float[] a, float[] b) = ((AdapterFactors)target.Sites[i]).Read();
            double root = Math.Sqrt(0.5);
            Assert.All(a, (x, j) => Assert.Equal(root * a1[j] + 0.5 * a2[j], x, 1e-6));
            Assert.All(b, (x, j) => Assert.Equal(root * b1[j] - 0.5 * b2[j], x, 1e-6));
        }
    }

    [Fact]
    public void Combine_OneAdapterWithItself_IsItsChange()
    {
        foreach (AdapterCombination how in (AdapterCombination[])[AdapterCombination.Concatenation, AdapterCombination.Linear, AdapterCombination.TruncatedSvd])
        {
            using MixtureAdapter target = Trained(new MixtureAdapter(_model), 4);
            List<double[,]> before = Changes(target);
            target.Combine(how, (target, 1));
            AssertClose(before, Changes(target), Tolerance);
        }
    }

    [Fact]
    public void Combine_WhatDoesNotFit_IsNamedAndChangesNothing()
    {
        using MixtureModel other = AdapterChecks.New(new MixtureModel(_device));
        using MixtureAdapter target = Trained(new MixtureAdapter(_model), 4), foreign = new(other);
        using MixtureHead head = new(_model);
        using MixtureGains gains = new(_model);
        List<double[,]> before = Changes(target);
        Refused<ArgumentException>("nothing to combine");
        Refused<ArgumentException>("3 + 3 = 6", (_first, 1), (_second, 1));
        Refused<ArgumentException>("another instance of MixtureModel", (foreign, 1));
        Refused<ArgumentException>("MixtureHead changes Head.Weight", (head, 1));
        Refused<ArgumentException>("The weight of MixtureAdapter is NaN", (_first, float.NaN));
        Refused<NotSupportedException>("not of two factors", (gains, 1));
        Assert.Contains("are of one rank, 3", Assert.Throws<ArgumentException>(() => target.Combine(AdapterCombination.Linear, (_third, 1))).Message, StringComparison.Ordinal);
        Assert.Contains("is not of [Lora]", Assert.Throws<NotSupportedException>(() => _third.Combine(AdapterCombination.Linear, (_first, 1))).Message, StringComparison.Ordinal);
        AssertClose(before, Changes(target), 0);

        void Refused<TError>(string text, params (Adapter, float)[] parts) where TError : Exception =>
            Assert.Contains(text, Assert.Throws<TError>(() => target.Combine(AdapterCombination.Concatenation, parts)).Message, StringComparison.Ordinal);
    }

    private static TAdapter Trained<TAdapter>(TAdapter adapter, int seed) where TAdapter : Adapter
    {
        AdapterChecks.Trained(adapter, seed);
        return adapter;
    }

    private static List<double[,]> Sum(params (Adapter Adapter, float Weight)[] parts)
    {
        List<List<double[,]>> changes = [.. parts.Select(static p => Changes(p.Adapter))];
        List<double[,]> sums = changes[0];
        for (int i = 0; i < sums.Count; i++)
            for (int row = 0; row < sums[i].GetLength(0); row++)
                for (int column = 0; column < sums[i].GetLength(1); column++)
                    sums[i][row, column] = parts.Select((p, j) => j == 0 ? p.Weight * sums[i][row, column] : p.Weight * changes[j][i][row, column]).Sum();
        return sums;
    }

    /// <summary>Scale * B A of each matrix of each site, multiplied out.</summary>
    private static List<double[,]> Changes(Adapter adapter)
    {
        List<double[,]> changes = [];
        foreach (AdapterFactors site in adapter.Sites.Cast<AdapterFactors>())
        {
            (float[] a, float[] b) = site.Read();
            for (int group = 0; group < site.Groups; group++)
            {
                double[,] change = new double[site.Out, site.In];
                for (int row = 0; row < site.Out; row++)
                    for (int column = 0; column < site.In; column++)
                        for (int r = 0; r < site.Rank; r++)
                            change[row, column] += (double)site.Scale * b[(group * site.Out + row) * site.Rank + r] * a[(group * site.Rank + r) * site.In + column];
                changes.Add(change);
            }
        }
        return changes;
    }

    private static void AssertClose(List<double[,]> expected, List<double[,]> found, double tolerance)
    {
        Assert.Equal(expected.Count, found.Count);
        for (int i = 0; i < expected.Count; i++)
        {
            double largest = expected[i].Cast<double>().Max(Math.Abs);
            foreach ((double e, double f) in expected[i].Cast<double>().Zip(found[i].Cast<double>()))
                Assert.True(Math.Abs(e - f) <= tolerance * largest, $"matrix {i}: {f} should be {e}, the largest is {largest}");
        }
    }
}
