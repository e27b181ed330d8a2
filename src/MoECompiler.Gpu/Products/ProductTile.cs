namespace MoECompiler;

/// <summary>What a group, or a thread by itself, computes of a product's result.</summary>
public readonly struct ProductTile
{
    /// <summary>The product of the batch, the part of the depth, or the expert; one more than the last expert for rows that no expert has: they are 0.</summary>
    public readonly int Product;

    public readonly int FirstRow;

    /// <summary>One more than the last row that is computed; no more than <see cref="FirstRow"/> where there is nothing to do.</summary>
    public readonly int EndRow;

    public readonly int FirstColumn;

    /// <summary>Where the depth begins: not 0 in a part of it, and for an expert's weight gradient, whose depth is rows of the order.</summary>
    public readonly int FirstDepth;

    /// <summary>0 where there is nothing to do, and for rows that no expert has.</summary>
    public readonly int Depth;

    /// <summary>Where the second pair's depth begins: not 0 in a part of it.</summary>
    public readonly int SecondFirstDepth;

    /// <summary>What is summed up of the second pair; 0 where there is one pair, and where <see cref="Depth"/> is because of the rows.</summary>
    public readonly int SecondDepth;

    private ProductTile(int product, int firstRow, int endRow, int firstColumn, int firstDepth, int depth, int secondFirstDepth, int secondDepth)
    {
        SecondFirstDepth = secondFirstDepth;
        SecondDepth = secondDepth;
        Product = product;
        FirstRow = firstRow;
        EndRow = endRow;
        FirstColumn = firstColumn;
        FirstDepth = firstDepth;
        Depth = depth;
    }

    /// <summary>Tile <paramref name="index"/> of the product, or of all of a batch or parts; columns are counted first.</summary>
    public static ProductTile Of(ProductShape shape, int index, int rows, int columns)
    {
        int across = (shape.Columns + columns - 1) / columns;
        int line = index / across;
        int down = (shape.Rows + rows - 1) / rows;
        int product = line / down;
        // Of the depths of both pairs, one behind the other, a part may have some of each.
        int firstDepth = product * shape.Part, endDepth = firstDepth + shape.Part;
        int secondFirst = Math.Max(0, firstDepth - shape.SecondStart);
        bool isPart = shape.Part > 0;
        return new ProductTile(
            product, (line - product * down) * rows, product < shape.Count ? shape.Rows : 0, (index - line * across) * columns,
            firstDepth, isPart ? Math.Max(0, Math.Min(endDepth, shape.Depth) - firstDepth) : shape.Depth,
            isPart ? secondFirst : 0, isPart ? Math.Max(0, Math.Min(endDepth - shape.SecondStart, shape.SecondDepth) - secondFirst) : shape.SecondDepth);
    }

    /// <summary>
    /// Tile <paramref name="index"/> of rows that belong to experts. Those of expert e are counted from offsets[e] / rows + e on: that is
    /// at least as many tiles as the experts before it have, so that no tile is needed twice, and one is found without a sum over experts.
    /// </summary>
    public static ProductTile OfExpert(ProductShape shape, ArrayView<int> offsets, int index, int rows, int columns)
    {
        int across = (shape.Columns + columns - 1) / columns;
        int line = index / across;
        // The last expert that begins at this tile or before; rows past the last one's count as one more expert's.
        int expert = 0;
        int next = shape.Experts + 1;
        while (expert + 1 < next)
        {
            int middle = (expert + next) >> 1;
            if (offsets[middle] / rows + middle <= line)
                expert = middle;
            else
                next = middle;
        }
        int start = offsets[expert];
        int end = expert < shape.Experts ? offsets[expert + 1] : shape.Rows;
        int first = start + (line - start / rows - expert) * rows;
        bool isThere = expert < shape.Experts && first < end;
        return new ProductTile(expert, first, end, (index - line * across) * columns, 0, isThere ? shape.Depth : 0, 0, isThere ? shape.SecondDepth : 0);
    }

    /// <summary>Columns <paramref name="index"/> of the rows that are pairs of token and slot, each with an expert of its own; an expert that there is not has no depth.</summary>
    public static ProductTile OfPair(ProductShape shape, ArrayView<int> experts, int index, int columns)
    {
        int across = (shape.Columns + columns - 1) / columns;
        int row = index / across;
        int expert = experts[row];
        if (expert < 0 || expert > shape.Experts)
            expert = shape.Experts;
        bool isThere = expert < shape.Experts;
        return new ProductTile(expert, row, row + 1, (index - row * across) * columns, 0, isThere ? shape.Depth : 0, 0, isThere ? shape.SecondDepth : 0);
    }

    /// <summary>Tile <paramref name="index"/> of the experts' weight gradients, whose depth is the expert's rows.</summary>
    public static ProductTile OfGradient(ProductShape shape, ArrayView<int> offsets, int index, int rows, int columns)
    {
        ProductTile tile = Of(shape, index, rows, columns);
        if (tile.EndRow == 0)
            return tile;
        int start = offsets[tile.Product];
        return new ProductTile(tile.Product, tile.FirstRow, tile.EndRow, tile.FirstColumn, start, offsets[tile.Product + 1] - start, 0, 0);
    }
}
