namespace MoECompiler.Generators.Emission.Gpu;

/// <summary>
/// Emits the kernel for processors: a thread sums up a small tile by itself, in registers, without shared memory or barriers.
/// </summary>
internal sealed class ProductCellKernel(SourceWriter writer, Product product, ProductArguments arguments)
{
    public const int Rows = 4;

    public const int Columns = 8;

    private static readonly string[] s_lanes = ["X", "Y", "Z", "W"];

    public void Emit(string name, string finish)
    {
        writer.Line("[ExcludeFromCodeCoverage]");
        writer.Open($"private static void {name}({arguments.OfKernel})");
        writer.Line($"ProductTile tile = {ProductTileKernel.Tile(product, "(int)GpuIndex.Element", Rows, Columns)};");
        writer.Line("if (tile.FirstRow >= tile.EndRow)");
        writer.Indent().Line("return;").Unindent();
        writer.Line("// Rows and columns past an edge are the last ones again: summed up, and not stored.");
        if (product.IsGrouped)
            writer.Line("long matrix = (long)(tile.Depth == 0 ? 0 : tile.Product) * shape.Columns * shape.Depth;");
        for (int row = 0; row < Rows; row++)
            Left(row);
        for (int column = 0; column < Columns; column++)
            Right(column);
        for (int row = 0; row < Rows; row++)
            writer.Line($"Float4 {string.Join(", ", Enumerable.Range(0, Columns / 4).Select(c => $"s{row}_{c} = default"))};");
        writer.Open("for (int k = 0; k < tile.Depth; k++)");
        if (product.IsGradient)
            writer.Line(product.Gathers ? "int token = order[tile.FirstDepth + k] / shape.Slots;" : "int token = tile.FirstDepth + k;");
        for (int c = 0; c < Columns / 4; c++)
            writer.Line($"Float4 r{c} = new({string.Join(", ", Enumerable.Range(4 * c, 4).Select(RightElement))});");
        for (int row = 0; row < Rows; row++)
        {
            writer.Line($"float l{row} = {LeftElement(row)};");
            writer.Line(string.Join(" ", Enumerable.Range(0, Columns / 4).Select(c => $"s{row}_{c} = Float4.MultiplyAdd(l{row}, r{c}, s{row}_{c});")));
        }
        writer.Close();
        for (int row = 0; row < Rows; row++)
        {
            for (int c = 0; c < Columns / 4; c++)
                writer.Line($"{finish}({arguments.ToFinish}, tile.FirstRow{ProductTileKernel.Plus(row)}, tile.FirstColumn{ProductTileKernel.Plus(4 * c)}, s{row}_{c});");
        }
        writer.Close();
    }

    private bool IsBatch => product.Node.Op is BatchMatMul;

    private void Left(int row)
    {
        string line = $"Math.Min(tile.FirstRow{ProductTileKernel.Plus(row)}, tile.EndRow - 1)";
        if (!product.LeftAlongDepth)
            writer.Line($"int left{row} = {line};");
        else if (product.Gathers)
            writer.Line($"long left{row} = tile.Depth == 0 ? 0 : (long)(order[{line}] / shape.Slots) * shape.Depth;");
        else
            writer.Line(IsBatch ? $"long left{row} = ((long)tile.Product * shape.Rows + {line}) * shape.Depth;" : $"long left{row} = (long){line} * shape.Depth;");
    }

    private void Right(int column)
    {
        string line = $"Math.Min(tile.FirstColumn{ProductTileKernel.Plus(column)}, shape.Columns - 1)";
        if (!product.RightAlongDepth)
            writer.Line($"int right{column} = {line};");
        else
            writer.Line(IsBatch ? $"long right{column} = ((long)tile.Product * shape.Columns + {line}) * shape.Depth;"
                : $"long right{column} = {(product.IsGrouped ? "matrix + " : "")}(long){line} * shape.Depth;");
    }

    private string LeftElement(int row) => product.LeftAlongDepth
        ? $"{product.Left}[left{row} + k]"
        : $"{product.Left}[{Line(product.Left, "shape.Rows")} + left{row}]";

    private string RightElement(int column) => product.RightAlongDepth
        ? $"{product.Right}[right{column} + k]"
        : $"{product.Right}[{(product.IsGrouped ? "matrix + " : "")}{Line(product.Right, "shape.Columns")} + right{column}]";

    private string Line(string view, string extent) =>
        product.IsGradient ? $"(long){(view == "x" ? "token" : "(tile.FirstDepth + k)")} * {extent}"
        : IsBatch ? $"((long)tile.Product * shape.Depth + k) * {extent}"
        : $"(long)k * {extent}";
}
