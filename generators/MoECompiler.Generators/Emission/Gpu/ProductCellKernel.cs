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
    public int Columns => columns >= 16 && !product.Pairs.Any(static p => p.RightAlongDepth) ? 16 : columns >= 8 ? 8 : 4;

    /// <summary>Of a tile.</summary>
    public int Fours => Columns / 4;

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
        if (product.First.IsQuantized)
            writer.Line(product.First.Lines(product.IsGrouped ? "tile.Depth == 0 ? 0 : tile.Product" : "0"));
        if (product.IsGrouped)
        {
            foreach (ProductPair pair in product.Pairs.Where(static p => !p.IsQuantized))
                writer.Line($"long matrix{pair.Suffix} = (long)({pair.TileDepth} == 0 ? 0 : tile.Product) * shape.Columns * {pair.Depth};");
        }
        Edge(finish);
        writer.Line("// Rows past an edge are the last one again: summed up, and not stored.");
        foreach (ProductPair pair in product.Pairs)
        {
            for (int row = 0; row < Rows; row++)
                writer.Line($"{(pair.LeftAlongDepth ? "long" : "int")} {LeftLine(pair, row)} = {Left(pair, $"Math.Min(tile.FirstRow{Plus(row)}, tile.EndRow - 1)")};");
            for (int column = 0; column < Columns && pair.RightAlongDepth; column++)
                writer.Line($"{RightType(pair)} {RightStart(pair, column)} = {Right(pair, $"(tile.FirstColumn{Plus(column)})")};");
        }
        for (int row = 0; row < Rows; row++)
            writer.Line($"Float4 {string.Join(", ", Enumerable.Range(0, Fours).Select(c => $"s{row}_{c} = default"))};");
        foreach (ProductPair pair in product.Pairs)
        {
            if (pair.RightAlongDepth)
                TurnedSteps(pair);
            else
                Steps(pair);
        }
        for (int row = 0; row < Rows; row++)
            writer.Line($"{finishRow}({arguments.ToFinish}, tile.FirstRow{Plus(row)}, {string.Join(", ", Enumerable.Range(0, Fours).Select(c => $"s{row}_{c}"))});");
        writer.Close();
    }

    /// <summary>The columns that are left over beside whole tiles, four of a row at a time.</summary>
    private void Edge(string finish)
    {
        writer.Open($"if (tile.FirstColumn + {Columns} > shape.Columns)");
        writer.Open($"for (int row = tile.FirstRow; row < Math.Min(tile.FirstRow + {Rows}, tile.EndRow); row++)");
        foreach (ProductPair pair in product.Pairs)
            writer.Line($"{(pair.LeftAlongDepth ? "long" : "int")} {EdgeLeft(pair)} = {Left(pair, "row")};");
        writer.Open("for (int column = tile.FirstColumn; column < shape.Columns; column += 4)");
        foreach (ProductPair pair in product.Pairs)
        {
            for (int lane = 0; lane < 4 && pair.RightAlongDepth; lane++)
                writer.Line($"{RightType(pair)} {EdgeRight(pair)}{lane} = {Right(pair, $"Math.Min(column{Plus(lane)}, shape.Columns - 1)")};");
        }
        writer.Line("Float4 sum = default;");
        foreach (ProductPair pair in product.Pairs)
        {
            writer.Open($"for (int k = 0; k < {pair.TileDepth}; k++)");
            Token();
            string right = pair.RightAlongDepth
                ? Across(pair, EdgeRight(pair), 0)
                : pair.IsQuantized ? "lines.Load(k, column, shape.Columns)"
                : $"Float4.Load{pair.Type.Format()}({pair.Right}, {RightLine(pair)}, column, shape.Columns, 0)";
            writer.Line($"sum = Float4.MultiplyAdd({Element(pair, EdgeLeft(pair), "k")}, {right}, sum);");
            writer.Close();
        }
        writer.Line($"{finish}({arguments.ToFinish}, row, column, sum);");
        writer.Close();
        writer.Close();
        writer.Line("return;");
        writer.Close();
    }

    /// <summary>A step of the depth is a line of the right operand.</summary>
    private void Steps(ProductPair pair)
    {
        writer.Open($"for (int k = 0; k < {pair.TileDepth}; k++)");
        Token();
        if (!pair.IsQuantized)
            writer.Line($"long right = {RightLine(pair)} + tile.FirstColumn;");
        for (int c = 0; c < Fours; c++)
        {
            writer.Line(pair.IsQuantized
                ? $"Float4 r{c} = lines.Load(k, tile.FirstColumn{Plus(4 * c)}, shape.Columns);"
                : $"Float4 r{c} = Float4.Of{pair.Type.Format()}({pair.Right}, right{Plus(4 * c)});");
        }
        for (int row = 0; row < Rows; row++)
        {
            writer.Line($"float l{row} = {Element(pair, LeftLine(pair, row), "k")};");
            writer.Line(string.Join(" ", Enumerable.Range(0, Fours).Select(c => $"s{row}_{c} = Float4.MultiplyAdd(l{row}, r{c}, s{row}_{c});")));
        }
        writer.Close();
    }

    /// <summary>Four steps of the depth at a time are four elements of each line of the right operand; then what is left of the depth.</summary>
    private void TurnedSteps(ProductPair pair)
    {
        string format = pair.Type.Format();
        writer.Open($"for (int k = 0; k + 4 <= {pair.TileDepth}; k += 4)");
        for (int column = 0; column < Columns; column++)
        {
            writer.Line(pair.IsQuantized
                ? $"Float4 r{column} = lines.Load({RightStart(pair, column)}, k, {pair.TileDepth});"
                : $"Float4 r{column} = Float4.Of{format}({pair.Right}, {RightStart(pair, column)} + k);");
        }
        for (int row = 0; row < Rows && pair.LeftAlongDepth; row++)
            writer.Line($"Float4 l{row} = Float4.Of{format}({pair.Left}, {LeftLine(pair, row)} + k);");
        for (int step = 0; step < 4; step++)
        {
            for (int c = 0; c < Fours; c++)
                writer.Line($"{(step == 0 ? "Float4 " : "")}t{c} = new Float4({string.Join(", ", Enumerable.Range(4 * c, 4).Select(column => $"r{column}.{s_lanes[step]}"))});");
            for (int row = 0; row < Rows; row++)
                Multiply(row, pair.LeftAlongDepth ? $"l{row}.{s_lanes[step]}" : Element(pair, LeftLine(pair, row), step == 0 ? "k" : $"(k + {step})"), "t");
        }
        writer.Close();
        writer.Open($"for (int k = {pair.TileDepth} / 4 * 4; k < {pair.TileDepth}; k++)");
        for (int c = 0; c < Fours; c++)
            writer.Line($"Float4 t{c} = {Across(pair, RightStart(pair), c)};");
        for (int row = 0; row < Rows; row++)
            Multiply(row, Element(pair, LeftLine(pair, row), "k"), "t");
        writer.Close();
    }

    private static string EdgeLeft(ProductPair pair) => pair.IsSecond ? "secondLeft" : "left";

    private static string EdgeRight(ProductPair pair) => pair.IsSecond ? "secondLine" : "line";

    private static string LeftLine(ProductPair pair, int row) => pair.IsSecond ? $"left2_{row}" : $"left{row}";

    private static string RightStart(ProductPair pair) => pair.IsSecond ? "right2_" : "right";

    private static string RightStart(ProductPair pair, int column) => RightStart(pair) + column;

    /// <summary>Four columns of the right operand at one step of the depth that its lines run along.</summary>
    private static string Across(ProductPair pair, string line, int four) =>
        $"new Float4({string.Join(", ", Enumerable.Range(4 * four, 4).Select(column => OfRight(pair, $"{line}{column}")))})";

    /// <summary>The element of a line that step <c>k</c> of the depth is.</summary>
    private static string OfRight(ProductPair pair, string line) => pair.IsQuantized ? $"lines.At({line}, k)" : pair.Type.Widen($"{pair.Right}[{line} + k]");

    /// <summary>Of where a column of the right operand begins: of one in 4 bits it is the number of the row.</summary>
    private static string RightType(ProductPair pair) => pair.IsQuantized ? "int" : "long";

    private void Multiply(int row, string left, string right) =>
        writer.Line(string.Join(" ", Enumerable.Range(0, Fours).Select(c => $"s{row}_{c} = Float4.MultiplyAdd({left}, {right}{c}, s{row}_{c});")));

    /// <summary>The row of the gathered operand that a step of a gradient's depth is.</summary>
    private void Token()
    {
        if (product.IsGradient && product.Gathers)
            writer.Line("int token = order[tile.FirstDepth + k] / shape.Slots;");
    }

    /// <summary>Where a row of the left operand begins, or where it stands in each line.</summary>
    private string Left(ProductPair pair, string row)
    {
        if (!pair.LeftAlongDepth)
            return row;
        if (pair.Gathered is not null)
            return $"{pair.TileDepth} == 0 ? 0 : (long)(order[{row}] / shape.Slots) * {pair.Depth}";
        return IsBatch ? $"((long)tile.Product * shape.Rows + {row}) * {pair.Depth}" : $"(long){row} * {pair.Depth}";
    }

    /// <summary>Where a column of the right operand begins, which runs along the depth.</summary>
    private string Right(ProductPair pair, string column) =>
        pair.IsQuantized ? column
        : IsBatch ? $"((long)tile.Product * shape.Columns + {column}) * {pair.Depth}" : $"{(product.IsGrouped ? $"matrix{pair.Suffix} + " : "")}(long){column} * {pair.Depth}";

    /// <summary>Where the line of the right operand begins that is step <c>k</c> of the depth.</summary>
    private string RightLine(ProductPair pair) => $"{(product.IsGrouped ? $"matrix{pair.Suffix} + " : "")}{Line(pair, pair.Right, "k", "shape.Columns")}";

    private string Element(ProductPair pair, string left, string k) => pair.Type.Widen(pair.LeftAlongDepth
        ? $"{pair.Left}[{left} + {k}]"
        : $"{pair.Left}[{Line(pair, pair.Left, k, "shape.Rows")} + {left}]");

    private string Line(ProductPair pair, string view, string k, string extent) =>
        product.IsGradient ? $"(long){(view == pair.Gathered ? "token" : $"({pair.FirstDepth} + {k})")} * {extent}"
        : IsBatch ? $"((long)tile.Product * {pair.Depth} + {k}) * {extent}"
        : $"(long){k} * {extent}";

    private static string Plus(int number) => ProductTileKernel.Plus(number);
}
