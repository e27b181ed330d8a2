namespace MoECompiler.Generators.Emission.Gpu;

/// <summary>
/// Emits the kernel for GPUs: a group stages a part of the depth of both operands in shared memory, while the part before is summed up in
/// registers. Everything a thread sums is a local by name, and the text is unrolled: neither ILGPU nor the assembler does it.
/// </summary>
/// <remarks>A group without work sums up nothing and stores nothing. It must not return early: PoCL then loses a condition behind the barriers.</remarks>
internal sealed class ProductTileKernel(SourceWriter writer, Product product, ProductArguments arguments, ProductTiling tiling)
{
    private static readonly string[] s_lanes = ["X", "Y", "Z", "W"];

    private readonly List<(ProductStaging Left, ProductStaging Right)> _pairs = [.. product.Pairs.Select(p => (ProductStaging.Left(product, p, tiling), ProductStaging.Right(product, p, tiling)))];

    /// <summary>The fours of rows of a thread: they lie apart, so that neighbouring threads read neighbouring memory.</summary>
    private int RowFours => tiling.ThreadRows / 4;

    private int ColumnFours => tiling.ThreadColumns / 4;

    private int ThreadsAcross => tiling.Columns / tiling.ThreadColumns;

    public void Emit(string name, string finish)
    {
        writer.Line("[ExcludeFromCodeCoverage]");
        writer.Open($"private static void {name}({arguments.OfKernel})");
        writer.Line($"ProductTile tile = {Tile(product, "Grid.IdxX", tiling.Rows, tiling.Columns)};");
        writer.Line("int thread = Group.IdxX;");
        for (int i = 0; i < _pairs.Count; i++)
            Add(product.Pairs[i], _pairs[i].Left, _pairs[i].Right);
        writer.Line();
        Finish(finish);
        writer.Close();
    }

    /// <summary>Adds up a pair of operands.</summary>
    private void Add(ProductPair pair, ProductStaging left, ProductStaging right)
    {
        if (pair.IsSecond)
            writer.Line().Line("// The same sums go on over the second pair.");
        left.Declare(writer, _pairs.Max(static p => p.Left.Fours));
        right.Declare(writer, _pairs.Max(static p => p.Right.Fours));
        writer.Line();
        left.Load(writer, "0", isFirst: true);
        right.Load(writer, "0", isFirst: true);
        left.Store(writer, "0");
        right.Store(writer, "0");
        writer.Line("Intrinsics.Barrier();");
        writer.Line();
        if (!pair.IsSecond)
        {
            Sums();
            writer.Line();
            writer.Line("// Two parts of the depth take turns: the next is fetched while this one is summed up.");
        }
        writer.Open($"for (int k = {tiling.Depth}, part = 0; k < {pair.TileDepth} + {tiling.Depth}; k += {tiling.Depth}, part ^= 1)");
        left.Load(writer, "k", isFirst: false);
        right.Load(writer, "k", isFirst: false);
        Sum(left, right);
        left.Store(writer, "(part ^ 1)");
        right.Store(writer, "(part ^ 1)");
        writer.Line("Intrinsics.Barrier();");
        writer.Close();
    }

    /// <summary>The tile that an index stands for.</summary>
    public static string Tile(Product product, string index, int rows, int columns) =>
        product.IsGrouped ? $"ProductTile.OfExpert(shape, offsets, {index}, {rows}, {columns})"
        : product.IsGradient ? $"ProductTile.OfGradient(shape, offsets, {index}, {rows}, {columns})"
        : $"ProductTile.Of(shape, {index}, {rows}, {columns})";

    private void Sums()
    {
        writer.Line($"int down = thread / {ThreadsAcross}, across = thread % {ThreadsAcross};");
        for (int row = 0; row < tiling.ThreadRows; row++)
            writer.Line($"Float4 {string.Join(", ", Enumerable.Range(0, ColumnFours).Select(c => $"{Name(row, c)} = default"))};");
    }

    private void Sum(ProductStaging left, ProductStaging right)
    {
        writer.Line($"int leftAt = part * {left.Fours} + down, rightAt = part * {right.Fours} + across;");
        writer.Open($"for (int step = 0; step < {tiling.Depth}; step += {tiling.Unrolled})");
        for (int step = 0; step < tiling.Unrolled; step++)
        {
            string declared = step == 0 ? "Float4 " : "";
            string separator = step == 0 ? ", " : "; ";
            writer.Line(declared + string.Join(separator, Enumerable.Range(0, RowFours).Select(i => $"l{i} = {left.Name}[leftAt + {step * left.Stride + i * tiling.Rows / 4 / RowFours}]")) + ";");
            writer.Line(declared + string.Join(separator, Enumerable.Range(0, ColumnFours).Select(i => $"r{i} = {right.Name}[rightAt + {step * right.Stride + i * ThreadsAcross}]")) + ";");
            for (int row = 0; row < tiling.ThreadRows; row++)
                writer.Line(string.Join(" ", Enumerable.Range(0, ColumnFours).Select(c => $"{Name(row, c)} = Float4.MultiplyAdd(l{row / 4}.{s_lanes[row % 4]}, r{c}, {Name(row, c)});")));
        }
        writer.Line($"leftAt += {tiling.Unrolled * left.Stride};");
        writer.Line($"rightAt += {tiling.Unrolled * right.Stride};");
        writer.Close();
    }

    private void Finish(string finish)
    {
        writer.Line("int row = tile.FirstRow + 4 * down, column = tile.FirstColumn + 4 * across;");
        for (int row = 0; row < tiling.ThreadRows; row++)
        {
            for (int c = 0; c < ColumnFours; c++)
            {
                int down = row % 4 + row / 4 * (tiling.Rows / RowFours);
                writer.Line($"{finish}({arguments.ToFinish}, row{Plus(down)}, column{Plus(c * 4 * ThreadsAcross)}, {Name(row, c)});");
            }
        }
    }

    private string Name(int row, int four) => ColumnFours == 1 ? $"s{row}" : $"s{row}_{four}";

    internal static string Plus(int number) => number == 0 ? "" : $" + {number}";
}
