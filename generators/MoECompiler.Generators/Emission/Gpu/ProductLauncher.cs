namespace MoECompiler.Generators.Emission.Gpu;

/// <summary>Emits the method of a product that a plan calls: it chooses the form that suits the device and the sizes, and launches it.</summary>
internal static class ProductLauncher
{
    public static void Emit(SourceWriter writer, Product product, ProductArguments arguments, string name, IReadOnlyList<ProductTiling> tilings)
    {
        writer.Summary(Describe(product));
        writer.Open($"public static void {name}({arguments.OfLauncher})");
        Shape(writer, product);
        string depth = product.IsGradient ? "2L * dy.Count * x.Columns" : $"2L * {product.Result}.Count * shape.Depth";
        writer.Line($"long flops = {depth};");
        writer.Line($"long bytes = 4 * ({string.Join(" + ", arguments.Floats.Select(v => Bytes(product, v)))});");
        writer.Line("if (gpu.Traits.IsProcessor)");
        writer.Indent();
        Launch(writer, arguments, $"{name}Cell", $"Cells({ProductCellKernel.Rows}, {ProductCellKernel.Columns}, gpu.Traits.ElementGroup, flops, bytes)");
        writer.Unindent();
        for (int i = 0; i < tilings.Count; i++)
        {
            ProductTiling tiling = tilings[i];
            writer.Line(i + 1 < tilings.Count ? $"else if (shape.Suits({tiling.Rows}, {tiling.Columns}))" : "else");
            writer.Indent();
            Launch(writer, arguments, $"{name}{tiling.Name}", $"Tiles({tiling.Rows}, {tiling.Columns}, {tiling.Group}, flops, bytes)");
            writer.Unindent();
        }
        writer.Close();
    }

    private static void Launch(SourceWriter writer, ProductArguments arguments, string kernel, string work) =>
        writer.Line($"gpu.Launch({kernel}, shape.{work}, {arguments.Launched});");

    private static void Shape(SourceWriter writer, Product product)
    {
        string aligned = $"ProductShape.AlignmentOf({product.Left}, {product.Right}, {string.Join(", ", product.Wide.Prepend(product.Result))})";
        string shape = product.Node.Op switch
        {
            MatMul m => $"y.Rows, y.Columns, a.{(m.TransposeA ? "Rows" : "Columns")}",
            BatchMatMul m => $"y.Extents[y.Rank - 2], y.Columns, a.Extents[a.Rank - {(m.TransposeA ? 2 : 1)}], count: y.Count == 0 ? 0 : (int)(y.Count / y.Columns / y.Extents[y.Rank - 2])",
            GroupedMatMul => $"y.Rows, y.Columns, x.Columns, experts: w.Extents[0]{Slots(product, "y")}",
            _ => $"dw.Extents[1], dw.Columns, dy.Rows, count: dw.Extents[0]{Slots(product, "dy")}",
        };
        writer.Line($"ProductShape shape = new({shape}) {{ Aligned = {aligned} }};");
    }

    private static string Slots(Product product, string rows) => product.Gathers ? $", slots: {rows}.Rows / Math.Max(1, x.Rows)" : "";

    /// <summary>Of the experts' weights no more are read than there are rows.</summary>
    private static string Bytes(Product product, string view) =>
        product.IsGrouped && view == "w" ? "w.Count / Math.Max(1, shape.Experts) * Math.Min(shape.Experts, shape.Rows)" : $"{view}.Count";

    /// <summary>What is computed, in the declaration's words.</summary>
    private static string Describe(Product product)
    {
        List<string?> names = [.. product.Operands, .. product.Further];
        IEnumerable<string> operands = product.Node.Operands.Zip(names, static (value, name) => (value, name)).Where(static o => o.name is not null).Select(static o => $"{o.name} {o.value.Type}");
        string formula = product.Epilogue is null ? "the sums" : ProductEpilogue.Describe(product) + ", the sums";
        return $"{product.Result} {product.Node.Result.Type} = {formula} of {product.Node.Op.Name}, of {string.Join(", ", operands)}.";
    }
}
