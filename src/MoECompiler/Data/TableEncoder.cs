namespace MoECompiler.Data;

/// <summary>
/// Makes one row of floats of a table's row: numbers standardized, categories one-hot. Means, deviations and categories are those of the
/// training table that it is made with; it is then applied to any table with the same columns.
/// </summary>
/// <param name="training">The table to learn from.</param>
public sealed class TableEncoder(CsvTable training)
{
    private readonly List<Feature> _features = [];

    /// <summary>How many floats a row has.</summary>
    public int Width => _features.Sum(static feature => feature.Width);

    /// <summary>Adds a column of numbers, as (x - mean) / deviation; a missing one becomes 0, the mean.</summary>
    /// <returns>This encoder.</returns>
    /// <exception cref="DataException">There is no such column, or a cell has no number.</exception>
    public TableEncoder Number(string column)
    {
        float[] present = [.. training.Numbers(column, float.NaN).Where(static number => !float.IsNaN(number))];
        _features.Add(new NumberFeature(column, Standardization.Of(new FloatColumn(column, present))));
        return this;
    }

    /// <summary>
    /// Adds a column of categories: a 1 for the row's among those of the training table, and 0 for the others; a missing or new one is all
    /// 0.
    /// </summary>
    /// <returns>This encoder.</returns>
    /// <exception cref="DataException">There is no such column.</exception>
    public TableEncoder Category(string column)
    {
        _features.Add(new CategoryFeature(column, training.Categories(column)));
        return this;
    }

    /// <summary>The rows of a table, f32[Rows, Width].</summary>
    /// <exception cref="DataException">The table lacks a column, or a cell has no number.</exception>
    public FloatColumn Encode(string name, CsvTable table)
    {
        int width = Width;
        float[] elements = new float[checked(table.Rows * width)];
        int first = 0;
        foreach (Feature feature in _features)
        {
            feature.Encode(table, elements, first, width);
            first += feature.Width;
        }
        return new FloatColumn(name, elements, width);
    }

    /// <summary>What one column of the table becomes.</summary>
    private abstract record Feature(string Column, int Width)
    {
        /// <summary>Writes the floats of each row into elements of 0: of row i from first + i * stride on.</summary>
        public abstract void Encode(CsvTable table, Span<float> elements, int first, int stride);
    }

    private sealed record NumberFeature(string Column, Standardization Standardization) : Feature(Column, 1)
    {
        public override void Encode(CsvTable table, Span<float> elements, int first, int stride)
        {
            ReadOnlySpan<float> numbers = Standardization.Apply(new FloatColumn(Column, table.Numbers(Column, float.NaN))).Elements;
            for (int row = 0; row < numbers.Length; row++)
                elements[first + row * stride] = float.IsNaN(numbers[row]) ? 0 : numbers[row];
        }
    }

    private sealed record CategoryFeature(string Column, string[] Categories) : Feature(Column, Categories.Length)
    {
        public override void Encode(CsvTable table, Span<float> elements, int first, int stride)
        {
            int[] codes = table.Codes(Column, Categories, other: -1);
            for (int row = 0; row < codes.Length; row++)
            {
                if (codes[row] >= 0)
                    elements[first + row * stride + codes[row]] = 1;
            }
        }
    }
}
