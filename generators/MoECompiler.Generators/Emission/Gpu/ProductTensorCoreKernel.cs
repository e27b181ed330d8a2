namespace MoECompiler.Generators.Emission.Gpu;

/// <summary>
/// Emits the kernel for tensor cores: a group copies parts of the depth of both operands to shared memory while it multiplies those that are
/// there; each warp has pieces of 16 x 8 sums in its registers, which one instruction adds 16 steps of the depth to. For operands of 16 bits.
/// </summary>
internal sealed class ProductTensorCoreKernel(SourceWriter writer, Product product, ProductArguments arguments, TensorCoreTiling tiling)
{
    private readonly TensorCoreStaging _left = TensorCoreStaging.Left(product, tiling);
    private readonly TensorCoreStaging _right = TensorCoreStaging.Right(product, tiling);

    private int WarpsAcross => tiling.Columns / tiling.WarpColumns;

    public void Emit(string name, string finish)
    {
        writer.Line("[ExcludeFromCodeCoverage]");
        writer.Open($"private static void {name}({arguments.OfKernel})");
        writer.Line($"ProductTile tile = {ProductTileKernel.Tile(product, "Grid.IdxX", tiling.Rows, tiling.Columns)};");
        writer.Line("int thread = Group.IdxX, warp = thread >> 5, lane = thread & 31;");
        _left.Declare(writer);
        _right.Declare(writer);
        writer.Line();
        writer.Line("// The first parts of the depth are on their way before the first is needed.");
        writer.Open($"for (int part = 0; part < {tiling.Stages - 1}; part++)");
        Stage("part", $"part * {tiling.Depth}");
        writer.Close();
        writer.Line();
        // There are one, two or four warps side by side.
        writer.Line($"int warpRow = (warp >> {WarpsAcross / 2}) * {tiling.WarpRows}, warpColumn = (warp & {WarpsAcross - 1}) * {tiling.WarpColumns};");
        _left.DeclareFrom(writer, "warpRow");
        _right.DeclareFrom(writer, "warpColumn");
        for (int row = 0; row < _left.Pieces; row++)
            writer.Line($"Float4 {string.Join(", ", Columns.Select(column => $"{Sum(row, column)} = default"))};");
        writer.Line();
        writer.Open($"for (int k = 0, part = 0; k < tile.Depth; k += {tiling.Depth}, part = part == {tiling.Stages - 1} ? 0 : part + 1)");
        writer.Line("// This part has come, and after the barrier for all; what was multiplied last may then be overwritten.");
        writer.Line($"TensorCore.Wait({tiling.Stages - 2});");
        writer.Line("Intrinsics.Barrier();");
        writer.Line($"int next = part == 0 ? {tiling.Stages - 1} : part - 1;");
        Stage("next", $"k + {(tiling.Stages - 1) * tiling.Depth}");
        for (int step = 0; step < tiling.Depth / 16; step++)
            Multiply(step);
        writer.Close();
        writer.Line("TensorCore.Wait(0);");
        writer.Line();
        writer.Line("int row = tile.FirstRow + warpRow + TensorCore.RowOf(lane), column = tile.FirstColumn + warpColumn + TensorCore.ColumnOf(lane);");
        for (int row = 0; row < _left.Pieces; row++)
        {
            foreach (int column in Columns)
                writer.Line($"{finish}({arguments.ToFinish}, row{Plus(16 * row)}, column{Plus(8 * column)}, TensorCore.Join({Sum(row, column)}));");
        }
        writer.Close();
    }

    /// <summary>The pieces of 8 columns of a warp.</summary>
    private IEnumerable<int> Columns => Enumerable.Range(0, 2 * _right.Pieces);

    private void Stage(string part, string k)
    {
        _left.Stage(writer, part, k);
        _right.Stage(writer, part, k);
        writer.Line("TensorCore.Commit();");
    }

    /// <summary>Adds 16 steps of the depth.</summary>
    private void Multiply(int step)
    {
        string declared = step == 0 ? "UInt4 " : "";
        for (int row = 0; row < _left.Pieces; row++)
            _left.Load(writer, $"{declared}l{row}", row, step);
        for (int column = 0; column < _right.Pieces; column++)
            _right.Load(writer, $"{declared}r{column}", column, step);
        for (int row = 0; row < _left.Pieces; row++)
        {
            foreach (int column in Columns)
            {
                string right = column % 2 == 0 ? $"r{column / 2}.X, r{column / 2}.Y" : $"r{column / 2}.Z, r{column / 2}.W";
                writer.Line($"{Sum(row, column)} = TensorCore.Multiply{product.Operand}(l{row}, {right}, {Sum(row, column)});");
            }
        }
    }

    private static string Sum(int row, int column) => $"s{row}_{column}";

    private static string Plus(int number) => ProductTileKernel.Plus(number);
}
