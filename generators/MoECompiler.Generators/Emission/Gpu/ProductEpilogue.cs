namespace MoECompiler.Generators.Emission.Gpu;

/// <summary>Emits the method that finishes four sums of a product: its formula, and the store.</summary>
internal static class ProductEpilogue
{
    public static void Emit(SourceWriter writer, Product product, ProductArguments arguments, string name)
    {
        List<string> further = [.. product.Further];
        writer.Summary($"Stores four {(product.Epilogue is null ? "sums" : $"times {Describe(product)}")}, from a row's column on.");
        writer.Line("[ExcludeFromCodeCoverage]");
        writer.Open($"private static void {name}({arguments.OfFinish}, int row, int column, Float4 sum)");
        writer.Line("if (row >= tile.EndRow)");
        writer.Indent().Line("return;").Unindent();
        writer.Line(product.IsBatched
            ? "long line = ((long)tile.Product * shape.Rows + row) * shape.Columns;"
            : "long line = (long)row * shape.Columns;");
        string value = "sum";
        if (product.Epilogue is { } formula)
        {
            for (int i = 0; i < further.Count; i++)
                writer.Line(Load(further[i], product.Kinds[i]));
            if (product.IsGrouped)
                writer.Line("// Rows that no expert has are 0, whatever the formula makes of 0.");
            string text = "new Float4(" + string.Join(", ", "XYZW".Select(lane => Formula(product, arguments, formula, lane))) + ")";
            value = "result";
            writer.Line(product.IsGrouped ? $"Float4 result = tile.Product == shape.Experts ? default : {text};" : $"Float4 result = {text};");
        }
        writer.Line($"Float4.Store({product.Result}, line, column, shape.Columns, shape.Aligned & ProductShape.ResultAligned, {value});");
        writer.Close();
    }

    /// <summary>The formula for people, over the operands' names.</summary>
    public static string Describe(Product product)
    {
        List<string> further = [.. product.Further];
        List<Size> extents = [.. product.Epilogue!.Extents];
        return FormulaDialect.Describe(product.Epilogue, i => i == 0 ? "sum" : further[i - 1], e => $"number{extents.IndexOf(e)}");
    }

    private static string Load(string view, EpilogueOperand kind) => kind switch
    {
        EpilogueOperand.PerElement => $"Float4 {view}4 = Float4.Load({view}, line, column, shape.Columns, shape.Aligned & ProductShape.ResultAligned);",
        EpilogueOperand.PerColumn => $"Float4 {view}4 = Float4.Load({view}, 0, column, shape.Columns, shape.Aligned & ProductShape.ResultAligned);",
        EpilogueOperand.PerRow => $"float {view}1 = {view}[row];",
        _ => $"float {view}1 = {view}[0];",
    };

    private static string Formula(Product product, ProductArguments arguments, ScalarExpression formula, char lane)
    {
        List<string> further = [.. product.Further];
        return FormulaDialect.Scalar.Print(formula, Input, arguments.Number);

        string Input(int index) => index == 0
            ? $"sum.{lane}"
            : product.Kinds[index - 1] is EpilogueOperand.PerElement or EpilogueOperand.PerColumn ? $"{further[index - 1]}4.{lane}" : $"{further[index - 1]}1";
    }
}
