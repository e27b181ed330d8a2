namespace MoECompiler.Data;

/// <summary>A column of integers: classes, categories, token ids.</summary>
/// <param name="name">Its name in a batch.</param>
/// <param name="elements">Row after row; the column keeps the array.</param>
/// <param name="rowExtents">The extents of one row; none for one number a row.</param>
/// <exception cref="ShapeException">The elements are no whole number of rows.</exception>
public sealed class IntegerColumn(string name, int[] elements, params ReadOnlySpan<int> rowExtents)
    : Column(name, ElementType.Int32, elements.Length, new Extents(rowExtents))
{
    /// <summary>Row after row.</summary>
    public ReadOnlySpan<int> Elements => elements;

    public override IntegerColumn Take(ReadOnlySpan<int> rows) => new(Name, Gather(Elements, rows), Spec.RowExtents.ToArray());

    internal override void CopyTo(Batch batch, ReadOnlySpan<int> rows) => Gather(Elements, rows, batch.Integer(Name).Span);
}
