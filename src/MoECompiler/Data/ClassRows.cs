namespace MoECompiler.Data;

/// <summary>Which rows are of which class.</summary>
internal static class ClassRows
{
    /// <summary>The rows of each class up to the greatest label, ascending; rows with a label below 0 are of none.</summary>
    public static int[][] Of(ReadOnlySpan<int> labels)
    {
        List<List<int>> rows = [];
        for (int row = 0; row < labels.Length; row++)
        {
            while (rows.Count <= labels[row])
                rows.Add([]);
            if (labels[row] >= 0)
                rows[labels[row]].Add(row);
        }
        return [.. rows.Select(static of => of.ToArray())];
    }

    /// <summary>How many rows each class gives to a part of <paramref name="partRows"/>: its share, rounded so that the sum is right.</summary>
    /// <remarks>The largest remainders are rounded up, the lower class first among equals. Source: Hamilton's method of apportionment, 1792.</remarks>
    public static int[] Shares(IReadOnlyList<int[]> rowsOf, int partRows)
    {
        long all = rowsOf.Sum(static rows => (long)rows.Length);
        if (all == 0)
            return new int[rowsOf.Count];
        int[] shares = [.. rowsOf.Select(rows => (int)(rows.Length * (long)partRows / all))];
        int left = partRows - shares.Sum();
        foreach (int of in Enumerable.Range(0, rowsOf.Count).OrderByDescending(c => rowsOf[c].Length * (long)partRows % all).Take(left))
            shares[of]++;
        return shares;
    }
}
