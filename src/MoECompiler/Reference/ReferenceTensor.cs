namespace MoECompiler.Reference;

/// <summary>A value in double precision; integers are held exactly as doubles.</summary>
/// <param name="Shape">The extents.</param>
/// <param name="Data">The elements, row-major.</param>
public sealed record ReferenceTensor(int[] Shape, double[] Data)
{
    public int Rank => Shape.Length;

    public int Count => Data.Length;

    /// <summary>The innermost extent; 1 for a scalar.</summary>
    public int Columns => Rank == 0 ? 1 : Shape[^1];

    /// <summary>The product of all extents but the innermost.</summary>
    public int Rows => Shape.Take(Math.Max(0, Rank - 1)).Aggregate(1, static (a, b) => a * b);

    /// <summary>Zeroes.</summary>
    public static ReferenceTensor New(params int[] shape) => new(shape, new double[shape.Aggregate(1, static (a, b) => a * b)]);

    /// <summary>A copy of a view's elements.</summary>
    public static ReferenceTensor Of(FloatView view)
    {
        double[] data = Array.ConvertAll(view.ToArray(), static element => (double)element);
        return new ReferenceTensor(view.Extents.ToArray(), data);
    }

    /// <inheritdoc cref="Of(FloatView)"/>
    public static ReferenceTensor Of(View<int> view)
    {
        double[] data = Array.ConvertAll(view.ToArray(), static element => (double)element);
        return new ReferenceTensor(view.Extents.ToArray(), data);
    }

    public double this[int row, int column]
    {
        get => Data[row * Columns + column];
        set => Data[row * Columns + column] = value;
    }
}
