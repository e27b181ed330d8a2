namespace MoECompiler.Generators.Emission.Gpu;

/// <summary>Emits the methods that finish sums of a product: its formula, and the store.</summary>
internal sealed class ProductEpilogue(SourceWriter writer, Product product, ProductArguments arguments)
{
    private readonly List<string> _further = [.. product.Further];

    /// <summary>Where a row of the result begins.</summary>
    private string Line => product.IsBatched ? "((long)tile.Product * shape.Rows + row) * shape.Columns" : "(long)row * shape.Columns";

    /// <summary>The method for four sums wherever they are: it stores those that the result has.</summary>
    public void Emit(string name)
    {
        writer.Summary($"Stores four {Sums}, from a row's column on, as far as the result goes.");
        writer.Line("[ExcludeFromCodeCoverage]");
        writer.Open($"private static void {name}({arguments.OfFinish}, int row, int column, Float4 sum)");
        writer.Line("if (row >= tile.EndRow)");
        writer.Indent().Line("return;").Unindent();
        if (product.IsInParts)
        {
            writer.Open("if (shape.Part > 0)");
            writer.Line($"Float4.Store({product.Result}, ((long)tile.Product * shape.Rows + row) * shape.Columns, column, shape.Columns, shape.Aligned & ProductShape.ResultAligned, sum);");
            writer.Line("return;");
            writer.Close();
        }
        writer.Line($"long line = {Line};");
        for (int i = 0; i < _further.Count; i++)
        {
            writer.Line(IsWide(i)
                ? $"Float4 {_further[i]}4 = Float4.Load{Format(i)}({_further[i]}, {(product.Kinds[i] == EpilogueOperand.PerElement ? "line" : "0")}, column, shape.Columns, shape.Aligned & ProductShape.ResultAligned);"
                : Single(i));
        }
        writer.Line($"Float4.Store{product.Stored.Format()}({product.Result}, line, column, shape.Columns, shape.Aligned & ProductShape.ResultAligned, {Finished("sum", static i => "")});");
        writer.Close();
    }

    /// <summary>The method for a row of a thread's tile that lies in the result: without a condition between its elements, for processors.</summary>
    public void EmitRow(string name, int fours)
    {
        writer.Summary($"Stores {4 * fours} {Sums}, a row of a tile that has all its columns.");
        writer.Line("[ExcludeFromCodeCoverage]");
        writer.Open($"private static void {name}({arguments.OfFinish}, int row, {string.Join(", ", Enumerable.Range(0, fours).Select(static i => $"Float4 sum{i}"))})");
        writer.Line("if (row >= tile.EndRow)");
        writer.Indent().Line("return;").Unindent();
        writer.Line($"long at = {Line} + tile.FirstColumn;");
        if (product.Kinds.Contains(EpilogueOperand.PerColumn))
            writer.Line("long column = tile.FirstColumn;");
        for (int i = 0; i < _further.Count; i++)
        {
            if (!IsWide(i))
                writer.Line(Single(i));
            for (int four = 0; four < fours && IsWide(i); four++)
                writer.Line($"Float4 {_further[i]}4_{four} = Float4.Of{Format(i)}({_further[i]}, {(product.Kinds[i] == EpilogueOperand.PerElement ? "at" : "column")}{ProductTileKernel.Plus(4 * four)});");
        }
        for (int four = 0; four < fours; four++)
            writer.Line($"Float4.Put{product.Stored.Format()}({product.Result}, at{ProductTileKernel.Plus(4 * four)}, {Finished($"sum{four}", _ => $"_{four}")});");
        writer.Close();
    }

    /// <summary>The kernel that adds up the sums of the parts of a depth, in their order.</summary>
    public void EmitJoin(string name, string finish)
    {
        writer.Line("[ExcludeFromCodeCoverage]");
        writer.Open($"private static void {name}(ArrayView<float> parts, int count, {arguments.OfJoin})");
        writer.Line("ProductTile tile = ProductTile.Of(shape, (int)GpuIndex.Element, 1, 4);");
        writer.Line("if (tile.FirstRow >= tile.EndRow)");
        writer.Indent().Line("return;").Unindent();
        writer.Line("Float4 sum = default;");
        writer.Open("for (int part = 0; part < count; part++)");
        writer.Line("long line = ((long)part * shape.Rows + tile.FirstRow) * shape.Columns;");
        writer.Line("sum = Float4.Add(sum, Float4.Load(parts, line, tile.FirstColumn, shape.Columns, shape.Aligned & ProductShape.ResultAligned));");
        writer.Close();
        writer.Line($"{finish}({arguments.ToFinish}, tile.FirstRow, tile.FirstColumn, sum);");
        writer.Close();
    }

    /// <summary>The formula for people, over the operands' names.</summary>
    public static string Describe(Product product)
    {
        List<string> further = [.. product.Further];
        List<Size> extents = [.. product.Epilogue!.Extents];
        return FormulaDialect.Describe(product.Epilogue, i => i == 0 ? "sum" : further[i - 1], e => $"number{extents.IndexOf(e)}");
    }

    private string Sums => product.Epilogue is null ? "sums" : $"times {Describe(product)}";

    private bool IsWide(int operand) => product.Kinds[operand] is EpilogueOperand.PerElement or EpilogueOperand.PerColumn;

    private string Single(int operand) =>
        $"float {_further[operand]}1 = {product.TypeOf(_further[operand]).Widen($"{_further[operand]}[{(product.Kinds[operand] == EpilogueOperand.PerRow ? "row" : "0")}]")};";

    private string Format(int operand) => product.TypeOf(_further[operand]).Format();

    /// <summary>Four sums after the formula. Rows that no expert has are 0, whatever the formula makes of 0.</summary>
    private string Finished(string sum, Func<int, string> suffix)
    {
        if (product.Epilogue is not { } formula)
            return sum;
        string text = "new Float4(" + string.Join(", ", "XYZW".Select(lane => FormulaDialect.Scalar.Print(formula, i => Input(i, lane), arguments.Number))) + ")";
        return product.IsGrouped ? $"tile.Product == shape.Experts ? default : {text}" : text;

        string Input(int index, char lane) =>
            index == 0 ? $"{sum}.{lane}" : IsWide(index - 1) ? $"{_further[index - 1]}4{suffix(index)}.{lane}" : $"{_further[index - 1]}1";
    }
}
