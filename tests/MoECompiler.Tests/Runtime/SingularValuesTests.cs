using CsCheck;
using Xunit;

namespace MoECompiler.Tests.Runtime;

/// <summary>Factors of matrices: their products are the matrices, their columns are at right angles.</summary>
public sealed class SingularValuesTests
{
    private const double Tolerance = 1e-12;

    [Fact]
    public void SingularValues_AnyMatrix_AreItsFactors() => Matrices.Sample(matrix =>
    {
        SingularValues found = SingularValues.Of(matrix);
        Matrix scaled = new(matrix.Rows, found.Values.Length);
        for (int row = 0; row < scaled.Rows; row++)
            for (int k = 0; k < scaled.Columns; k++)
                scaled[row, k] = found.Left[row, k] * found.Values[k];
        AssertClose(matrix, scaled.Times(found.Right.Transposed()));
        AssertAtRightAngles(found.Right, found.Right.Columns);
        AssertAtRightAngles(found.Left, found.Values.Count(v => v > 1e-9 * found.Values[0]));
        Assert.Equal(found.Values.OrderDescending(), found.Values);
    });

    [Fact]
    public void SingularValues_OfADiagonal_AreItsElements()
    {
        Matrix matrix = new(4, 3);
        (matrix[0, 2], matrix[1, 0], matrix[3, 1]) = (-5, 2, 7);
        Assert.Equal([7, 5, 2], SingularValues.Of(matrix).Values);
    }

    [Fact]
    public void OrthogonalFactors_AnyMatrix_AreItsFactors() => Matrices.Sample(matrix =>
    {
        (Matrix q, Matrix r) = OrthogonalFactors.Of(matrix);
        AssertClose(matrix, q.Times(r));
        AssertAtRightAngles(q, q.Columns);
    });

    /// <summary>Wide, tall, of one row or column; of full rank, of less and of none.</summary>
    private static readonly Gen<Matrix> Matrices =
        from rows in Gen.Int[1, 12]
        from columns in Gen.Int[1, 12]
        from rank in Gen.Int[0, 12]
        from left in Gen.Double[-1, 1].Array[rows * rank]
        from right in Gen.Double[-1, 1].Array[rank * columns]
        select Made(rows, columns, rank, left, right);

    private static Matrix Made(int rows, int columns, int rank, double[] left, double[] right)
    {
        Matrix matrix = new(rows, columns);
        for (int row = 0; row < rows; row++)
            for (int column = 0; column < columns; column++)
                for (int k = 0; k < rank; k++)
                    matrix[row, column] += left[row * rank + k] * right[k * columns + column];
        return matrix;
    }

    private static void AssertClose(Matrix expected, Matrix found)
    {
        for (int row = 0; row < expected.Rows; row++)
            for (int column = 0; column < expected.Columns; column++)
                Assert.Equal(expected[row, column], found[row, column], Tolerance);
    }

    private static void AssertAtRightAngles(Matrix matrix, int columns)
    {
        for (int p = 0; p < columns; p++)
            for (int q = 0; q <= p; q++)
            {
                double dot = 0;
                for (int row = 0; row < matrix.Rows; row++)
                    dot += matrix[row, p] * matrix[row, q];
                Assert.Equal(p == q ? 1 : 0, dot, 1e-6);
            }
    }
}
