namespace MoECompiler;

/// <summary>A matrix in double precision, rows after rows: for what is computed once and on the host, such as combining adapters.</summary>
internal sealed class Matrix(int rows, int columns)
{
    private readonly double[] _elements = new double[checked(rows * columns)];

    public int Rows { get; } = rows;

    public int Columns { get; } = columns;

    public ref double this[int row, int column] => ref _elements[row * Columns + column];

    /// <summary>Matrix number <paramref name="group"/> of several, one after the other.</summary>
    public static Matrix Of(ReadOnlySpan<float> matrices, int group, int rows, int columns)
    {
        Matrix matrix = new(rows, columns);
        ReadOnlySpan<float> elements = matrices.Slice(checked(group * rows * columns), rows * columns);
        for (int i = 0; i < elements.Length; i++)
            matrix._elements[i] = elements[i];
        return matrix;
    }

    /// <summary>Rounds the elements to the place of matrix number <paramref name="group"/> of several.</summary>
    public void CopyTo(Span<float> matrices, int group)
    {
        Span<float> to = matrices.Slice(checked(group * _elements.Length), _elements.Length);
        for (int i = 0; i < to.Length; i++)
            to[i] = (float)_elements[i];
    }

    /// <summary>Adds a multiple of a matrix of the same extents.</summary>
    public void Add(Matrix other, double factor)
    {
        for (int i = 0; i < _elements.Length; i++)
            _elements[i] += factor * other._elements[i];
    }

    public Matrix Transposed()
    {
        Matrix turned = new(Columns, Rows);
        for (int row = 0; row < Rows; row++)
            for (int column = 0; column < Columns; column++)
                turned[column, row] = this[row, column];
        return turned;
    }

    public Matrix Times(Matrix right)
    {
        Matrix product = new(Rows, right.Columns);
        for (int row = 0; row < Rows; row++)
            for (int k = 0; k < Columns; k++)
                for (int column = 0; column < right.Columns; column++)
                    product[row, column] += this[row, k] * right[k, column];
        return product;
    }
}
