namespace MoECompiler.Generators.Emission.Gpu;

/// <summary>
/// Emits the kernel for tensor cores: a group copies parts of the depth of both operands to shared memory while it multiplies those that are
/// there; each warp has pieces of 16 x 8 sums in its registers, which one instruction adds 16 steps of the depth to. For operands of 16 bits;
/// sums may go on over a second pair of floats, of a small depth, which each thread multiplies by itself.
/// </summary>
internal sealed class ProductTensorCoreKernel(SourceWriter writer, Product product, ProductArguments arguments, TensorCoreTiling tiling)
{
    private static readonly string[] s_lanes = ["X", "Y", "Z", "W"];

    private readonly TensorCoreStaging _left = TensorCoreStaging.Left(product, product.First, tiling);
    private readonly TensorCoreStaging _right = TensorCoreStaging.Right(product, product.First, tiling);

    private int WarpsAcross => tiling.Columns / tiling.WarpColumns;

    public void Emit(string name, string finish)
    {
        writer.Line("[ExcludeFromCodeCoverage]");
        writer.Open($"private static void {name}({arguments.OfKernel})");
        writer.Line($"ProductTile tile = {ProductTileKernel.Tile(product, "Grid.IdxX", tiling.Rows, tiling.Columns)};");
        writer.Line("int thread = Group.IdxX, warp = thread >> 5, lane = thread & 31;");
        Add(product.First, _left, _right);
        writer.Line("TensorCore.Wait(0);");
        if (product.Second is { } second && second.Type.IsNarrow())
        {
            writer.Line("Intrinsics.Barrier();");
            writer.Line();
            writer.Line("// The same sums go on over the second pair.");
            Add(second, TensorCoreStaging.Left(product, second, tiling), TensorCoreStaging.Right(product, second, tiling));
            writer.Line("TensorCore.Wait(0);");
        }
        writer.Line();
        writer.Line("int row = tile.FirstRow + warpRow + TensorCore.RowOf(lane), column = tile.FirstColumn + warpColumn + TensorCore.ColumnOf(lane);");
        bool isMixed = product.Second is { } floats && !floats.Type.IsNarrow();
        if (isMixed)
            AddFloats(product.Second!);
        for (int row = 0; row < _left.Pieces; row++)
        {
            foreach (int column in Columns)
                writer.Line($"{finish}({arguments.ToFinish}, row{Plus(16 * row)}, column{Plus(8 * column)}, {(isMixed ? Sum(row, column) : $"TensorCore.Join({Sum(row, column)})")});");
        }
        writer.Close();
    }

    /// <summary>The pieces of 8 columns of a warp.</summary>
    private IEnumerable<int> Columns => Enumerable.Range(0, 2 * _right.Pieces);

    /// <summary>Adds up a pair of operands of 16 bits.</summary>
    private void Add(ProductPair pair, TensorCoreStaging left, TensorCoreStaging right)
    {
        left.Declare(writer);
        right.Declare(writer);
        writer.Line();
        writer.Line("// The first parts of the depth are on their way before the first is needed.");
        writer.Open($"for (int part = 0; part < {tiling.Stages - 1}; part++)");
        Stage(left, right, "part", $"part * {tiling.Depth}");
        writer.Close();
        writer.Line();
        if (!pair.IsSecond)
        {
            // There are one, two or four warps side by side.
            writer.Line($"int warpRow = (warp >> {WarpsAcross / 2}) * {tiling.WarpRows}, warpColumn = (warp & {WarpsAcross - 1}) * {tiling.WarpColumns};");
        }
        left.DeclareFrom(writer, "warpRow");
        right.DeclareFrom(writer, "warpColumn");
        for (int row = 0; row < left.Pieces && !pair.IsSecond; row++)
            writer.Line($"Float4 {string.Join(", ", Columns.Select(column => $"{Sum(row, column)} = default"))};");
        writer.Line();
        writer.Open($"for (int k = 0, part = 0; k < {pair.TileDepth}; k += {tiling.Depth}, part = part == {tiling.Stages - 1} ? 0 : part + 1)");
        writer.Line("// This part has come, and after the barrier for all; what was multiplied last may then be overwritten.");
        writer.Line($"TensorCore.Wait({tiling.Stages - 2});");
        writer.Line("Intrinsics.Barrier();");
        writer.Line($"int next = part == 0 ? {tiling.Stages - 1} : part - 1;");
        Stage(left, right, "next", $"k + {(tiling.Stages - 1) * tiling.Depth}");
        for (int step = 0; step < tiling.Depth / 16; step++)
            Multiply(pair, left, right, step);
        writer.Close();
    }

    private void Stage(TensorCoreStaging left, TensorCoreStaging right, string part, string k)
    {
        left.Stage(writer, part, k);
        right.Stage(writer, part, k);
        writer.Line("TensorCore.Commit();");
    }

    /// <summary>Adds 16 steps of the depth.</summary>
    private void Multiply(ProductPair pair, TensorCoreStaging left, TensorCoreStaging right, int step)
    {
        string declared = step == 0 ? "UInt4 " : "";
        for (int row = 0; row < left.Pieces; row++)
            left.Load(writer, $"{declared}l{row}", row, step);
        for (int column = 0; column < right.Pieces; column++)
            right.Load(writer, $"{declared}r{column}", column, step);
        for (int row = 0; row < left.Pieces; row++)
        {
            foreach (int column in Columns)
            {
                string piece = column % 2 == 0 ? $"r{column / 2}.X, r{column / 2}.Y" : $"r{column / 2}.Z, r{column / 2}.W";
                writer.Line($"{Sum(row, column)} = TensorCore.Multiply{pair.Type}(l{row}, {piece}, {Sum(row, column)});");
            }
        }
    }

    /// <summary>Adds up a pair of floats, four steps of the depth at a time: fours of a row as they are stored, from memory that a cache has.</summary>
    private void AddFloats(ProductPair pair)
    {
        for (int row = 0; row < _left.Pieces; row++)
            writer.Line(string.Join(" ", Columns.Select(column => $"{Sum(row, column)} = TensorCore.Join({Sum(row, column)});")));
        for (int row = 0; row < _left.Pieces; row++)
        {
            string at = $"row{Plus(16 * row)}";
            string line = pair.Gathered is null ? at : $"order[{at}] / shape.Slots";
            writer.Line($"int count2_{row} = {at} < tile.EndRow ? {pair.TileDepth} : 0;");
            writer.Line($"long left2_{row} = count2_{row} > 0 ? (long)({line}) * {pair.Depth}{(product.IsInParts ? $" + {pair.FirstDepth}" : "")} : 0;");
        }
        string first = !product.IsInParts ? "0" : pair.RightAlongDepth ? pair.FirstDepth : $"(long){pair.FirstDepth} * shape.Columns";
        writer.Line($"long right2 = {(product.IsGrouped ? $"(long)({pair.TileDepth} == 0 ? 0 : tile.Product) * shape.Columns * {pair.Depth}" : first)};");
        writer.Open($"for (int k = 0; k < {pair.TileDepth}; k += 4)");
        for (int row = 0; row < _left.Pieces; row++)
            writer.Line($"Float4 l{row} = Float4.Load({pair.Left}, left2_{row}, k, count2_{row}, {pair.Aligned(isLeft: true)});");
        foreach (int column in Columns)
        {
            string declared = column == 0 ? "Float4 " : "";
            for (int i = 0; i < 4; i++)
            {
                string at = $"column{Plus(8 * column + (pair.RightAlongDepth ? i : 0))}";
                writer.Line(pair.RightAlongDepth
                    ? $"{declared}r{i} = Float4.Load({pair.Right}, right2 + (long)({at}) * {pair.Depth}, k, {at} < shape.Columns ? {pair.TileDepth} : 0, {pair.Aligned(isLeft: false)});"
                    : $"{declared}r{i} = Float4.Load({pair.Right}, right2 + (long)(k{Plus(i)}) * shape.Columns, {at}, k{Plus(i)} < {pair.TileDepth} ? shape.Columns : 0, {pair.Aligned(isLeft: false)});");
            }
            for (int row = 0; row < _left.Pieces; row++)
            {
                string sum = Sum(row, column);
                writer.Line(pair.RightAlongDepth
                    ? $"{sum} = Float4.Dots(l{row}, r0, r1, r2, r3, {sum});"
                    : string.Join(" ", Enumerable.Range(0, 4).Select(i => $"{sum} = Float4.MultiplyAdd(l{row}.{s_lanes[i]}, r{i}, {sum});")));
            }
        }
        writer.Close();
    }

    private static string Sum(int row, int column) => $"s{row}_{column}";

    private static string Plus(int number) => ProductTileKernel.Plus(number);
}
