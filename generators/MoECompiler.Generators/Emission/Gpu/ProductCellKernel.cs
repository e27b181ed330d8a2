namespace MoECompiler.Generators.Emission.Gpu;

/// <summary>
/// Emits the kernel for processors: a thread sums up a small tile by itself, in registers, without shared memory or barriers. Its text is
/// such that the translator finds the vectors in it: neighbouring elements are read one by one, without a condition between them.
/// </summary>
/// <param name="writer">Takes the text.</param>
/// <param name="product">What is computed.</param>
/// <param name="arguments">Its parameters.</param>
/// <param name="columns">The fewest columns that a result has at the default sizes.</param>
internal sealed class ProductCellKernel(SourceWriter writer, Product product, ProductArguments arguments, long columns)
{
    public const int Rows = 4;

    private static readonly string[] s_lanes = ["X", "Y", "Z", "W"];

    /// <summary>Of a thread's tile. Lines of the right operand that run along the depth are turned in registers, which has not room for more.</summary>
    public int Columns => columns >= 16 && !product.RightAlongDepth ? 16 : columns >= 8 ? 8 : 4;

    /// <summary>Of a tile.</summary>
    public int Fours => Columns / 4;

    private string Format => product.Operand.Format();

    /// <summary>Of where a column of the right operand begins: of one in 4 bits it is the number of the row.</summary>
    private string RightType => product.IsQuantized ? "int" : "long";

    private bool IsBatch => product.Node.Op is BatchMatMul;

    /// <param name="name">The kernel's name.</param>
    /// <param name="finish">The method that finishes four sums anywhere.</param>
    /// <param name="finishRow">The method that finishes a row of a whole tile.</param>
    public void Emit(string name, string finish, string finishRow)
    {
        writer.Line("[ExcludeFromCodeCoverage]");
        writer.Open($"private static void {name}({arguments.OfKernel})");
        writer.Line($"ProductTile tile = {ProductTileKernel.Tile(product, $"shape.DownFirst(GpuIndex.Element, {Rows}, {Columns})", Rows, Columns)};");
        writer.Line("if (tile.FirstRow >= tile.EndRow)");
        writer.Indent().Line("return;").Unindent();
        if (product.IsQuantized)
            writer.Line(product.Lines(product.IsGrouped ? "tile.Depth == 0 ? 0 : tile.Product" : "0"));
        else if (product.IsGrouped)
            writer.Line("long matrix = (long)(tile.Depth == 0 ? 0 : tile.Product) * shape.Columns * shape.Depth;");
        Edge(finish);
        writer.Line("// Rows past an edge are the last one again: summed up, and not stored.");
        for (int row = 0; row < Rows; row++)
            writer.Line($"{(product.LeftAlongDepth ? "long" : "int")} left{row} = {Left($"Math.Min(tile.FirstRow{Plus(row)}, tile.EndRow - 1)")};");
        for (int column = 0; column < Columns && product.RightAlongDepth; column++)
            writer.Line($"{RightType} right{column} = {Right($"(tile.FirstColumn{Plus(column)})")};");
        for (int row = 0; row < Rows; row++)
            writer.Line($"Float4 {string.Join(", ", Enumerable.Range(0, Fours).Select(c => $"s{row}_{c} = default"))};");
        if (product.RightAlongDepth)
            TurnedSteps();
        else
            Steps();
        for (int row = 0; row < Rows; row++)
            writer.Line($"{finishRow}({arguments.ToFinish}, tile.FirstRow{Plus(row)}, {string.Join(", ", Enumerable.Range(0, Fours).Select(c => $"s{row}_{c}"))});");
        writer.Close();
    }

    /// <summary>The columns that are left over beside whole tiles, four of a row at a time.</summary>
    private void Edge(string finish)
    {
        writer.Open($"if (tile.FirstColumn + {Columns} > shape.Columns)");
        writer.Open($"for (int row = tile.FirstRow; row < Math.Min(tile.FirstRow + {Rows}, tile.EndRow); row++)");
        writer.Line($"{(product.LeftAlongDepth ? "long" : "int")} left = {Left("row")};");
        writer.Open("for (int column = tile.FirstColumn; column < shape.Columns; column += 4)");
        for (int lane = 0; lane < 4 && product.RightAlongDepth; lane++)
            writer.Line($"{RightType} line{lane} = {Right($"Math.Min(column{Plus(lane)}, shape.Columns - 1)")};");
        writer.Line("Float4 sum = default;");
        writer.Open("for (int k = 0; k < tile.Depth; k++)");
        Token();
        string right = product.RightAlongDepth ? Across("line", 0)
            : product.IsQuantized ? "lines.Load(k, column, shape.Columns)"
            : $"Float4.Load{Format}({product.Right}, {RightLine}, column, shape.Columns, 0)";
        writer.Line($"sum = Float4.MultiplyAdd({Element("left", "k")}, {right}, sum);");
        writer.Close();
        writer.Line($"{finish}({arguments.ToFinish}, row, column, sum);");
        writer.Close();
        writer.Close();
        writer.Line("return;");
        writer.Close();
    }

    /// <summary>A step of the depth is a line of the right operand.</summary>
    private void Steps()
    {
        writer.Open("for (int k = 0; k < tile.Depth; k++)");
        Token();
        if (!product.IsQuantized)
            writer.Line($"long right = {RightLine} + tile.FirstColumn;");
        for (int c = 0; c < Fours; c++)
        {
            writer.Line(product.IsQuantized
                ? $"Float4 r{c} = lines.Load(k, tile.FirstColumn{Plus(4 * c)}, shape.Columns);"
                : $"Float4 r{c} = Float4.Of{Format}({product.Right}, right{Plus(4 * c)});");
        }
        for (int row = 0; row < Rows; row++)
        {
            writer.Line($"float l{row} = {Element($"left{row}", "k")};");
            writer.Line(string.Join(" ", Enumerable.Range(0, Fours).Select(c => $"s{row}_{c} = Float4.MultiplyAdd(l{row}, r{c}, s{row}_{c});")));
        }
        writer.Close();
    }

    /// <summary>Four steps of the depth at a time are four elements of each line of the right operand; then what is left of the depth.</summary>
    private void TurnedSteps()
    {
        writer.Open("for (int k = 0; k + 4 <= tile.Depth; k += 4)");
        for (int column = 0; column < Columns; column++)
        {
            writer.Line(product.IsQuantized
                ? $"Float4 r{column} = lines.Load(right{column}, k, tile.Depth);"
                : $"Float4 r{column} = Float4.Of{Format}({product.Right}, right{column} + k);");
        }
        for (int row = 0; row < Rows && product.LeftAlongDepth; row++)
            writer.Line($"Float4 l{row} = Float4.Of{Format}({product.Left}, left{row} + k);");
        for (int step = 0; step < 4; step++)
        {
            for (int c = 0; c < Fours; c++)
                writer.Line($"{(step == 0 ? "Float4 " : "")}t{c} = new Float4({string.Join(", ", Enumerable.Range(4 * c, 4).Select(column => $"r{column}.{s_lanes[step]}"))});");
            for (int row = 0; row < Rows; row++)
                Multiply(row, product.LeftAlongDepth ? $"l{row}.{s_lanes[step]}" : Element($"left{row}", step == 0 ? "k" : $"(k + {step})"), "t");
        }
        writer.Close();
        writer.Open("for (int k = tile.Depth / 4 * 4; k < tile.Depth; k++)");
        for (int c = 0; c < Fours; c++)
            writer.Line($"Float4 t{c} = {Across("right", c)};");
        for (int row = 0; row < Rows; row++)
            Multiply(row, Element($"left{row}", "k"), "t");
        writer.Close();
    }

    /// <summary>Four columns of the right operand at one step of the depth that its lines run along.</summary>
    private string Across(string line, int four) => $"new Float4({string.Join(", ", Enumerable.Range(4 * four, 4).Select(column => OfRight($"{line}{column}")))})";

    /// <summary>The element of a line that step <c>k</c> of the depth is.</summary>
    private string OfRight(string line) => product.IsQuantized ? $"lines.At({line}, k)" : product.Operand.Widen($"{product.Right}[{line} + k]");

    private void Multiply(int row, string left, string right) =>
        writer.Line(string.Join(" ", Enumerable.Range(0, Fours).Select(c => $"s{row}_{c} = Float4.MultiplyAdd({left}, {right}{c}, s{row}_{c});")));

    /// <summary>The row of the gathered operand that a step of a gradient's depth is.</summary>
    private void Token()
    {
        if (product.IsGradient && product.Gathers)
            writer.Line("int token = order[tile.FirstDepth + k] / shape.Slots;");
    }

    /// <summary>Where a row of the left operand begins, or where it stands in each line.</summary>
    private string Left(string row)
    {
        if (!product.LeftAlongDepth)
            return row;
        if (product.Gathers)
            return $"tile.Depth == 0 ? 0 : (long)(order[{row}] / shape.Slots) * shape.Depth";
        return IsBatch ? $"((long)tile.Product * shape.Rows + {row}) * shape.Depth" : $"(long){row} * shape.Depth";
    }

    /// <summary>Where a column of the right operand begins, which runs along the depth.</summary>
    private string Right(string column) =>
        product.IsQuantized ? column
        : IsBatch ? $"((long)tile.Product * shape.Columns + {column}) * shape.Depth" : $"{(product.IsGrouped ? "matrix + " : "")}(long){column} * shape.Depth";

    /// <summary>Where the line of the right operand begins that is step <c>k</c> of the depth.</summary>
    private string RightLine => $"{(product.IsGrouped ? "matrix + " : "")}{Line(product.Right, "k", "shape.Columns")}";

    private string Element(string left, string k) => product.Operand.Widen(product.LeftAlongDepth
        ? $"{product.Left}[{left} + {k}]"
        : $"{product.Left}[{Line(product.Left, k, "shape.Rows")} + {left}]");

    private string Line(string view, string k, string extent) =>
        product.IsGradient ? $"(long){(view == "x" && product.Gathers ? "token" : "(tile.FirstDepth + k)")} * {extent}"
        : IsBatch ? $"((long)tile.Product * shape.Depth + {k}) * {extent}"
        : $"(long){k} * {extent}";

    private static string Plus(int number) => ProductTileKernel.Plus(number);
}
