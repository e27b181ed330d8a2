namespace MoECompiler.Generators.Emission.Gpu;

/// <summary>Emits the method of a product that a plan calls: it chooses the form that suits the device and the sizes, and launches it.</summary>
internal static class ProductLauncher
{
    public static void Emit(SourceWriter writer, Product product, ProductArguments arguments, string name, IReadOnlyList<ProductTiling> tilings, int cellColumns)
    {
        writer.Summary(Describe(product));
        writer.Open($"public static void {name}({arguments.OfLauncher})");
        Shape(writer, product);
        string depth = product.IsGradient ? "2L * dy.Count * x.Columns" : $"2L * {product.Result}.Count * shape.Depth";
        writer.Line($"long flops = {depth};");
        writer.Line($"long bytes = 4 * ({string.Join(" + ", arguments.Floats.Select(v => Bytes(product, v)))});");
        string otherwise = "";
        if (product.HasFewRows)
        {
            int columns = new ProductFewKernel(writer, product, arguments).Columns;
            writer.Line("if (shape.HasFewRows && !gpu.Traits.IsProcessor)");
            writer.Indent();
            Launch(writer, arguments, $"{name}Few", $"Shared(gpu.Traits, {ProductFewKernel.Rows}, {columns}, flops, bytes)");
            writer.Unindent();
            otherwise = "else ";
        }
        writer.Line($"{otherwise}if (!gpu.Traits.StagesTiles)");
        writer.Indent();
        Launch(writer, arguments, $"{name}Cell", $"Cells(gpu.Traits, {ProductCellKernel.Rows}, {cellColumns}, flops, bytes)");
        writer.Unindent();
        for (int i = 0; i < tilings.Count; i++)
        {
            ProductTiling tiling = tilings[i];
            if (product.IsInParts && i + 1 == tilings.Count)
            {
                LaunchParts(writer, arguments, name, tiling);
                break;
            }
            writer.Line(i + 1 < tilings.Count ? $"else if (shape.Suits(gpu.Traits, {tiling.Rows}, {tiling.Columns}))" : "else");
            writer.Indent();
            Launch(writer, arguments, $"{name}{tiling.Name}", $"Tiles({tiling.Rows}, {tiling.Columns}, {tiling.Group}, flops, bytes)");
            writer.Unindent();
        }
        writer.Close();
    }

    /// <summary>The launch of the smallest tile, with the depth in parts where that pays.</summary>
    private static void LaunchParts(SourceWriter writer, ProductArguments arguments, string name, ProductTiling tiling)
    {
        writer.Open("else");
        writer.Line($"ProductShape parts = shape.InParts(gpu.Traits, {tiling.Rows}, {tiling.Columns});");
        writer.Open("if (parts.Count == 1)");
        Launch(writer, arguments, $"{name}{tiling.Name}", $"Tiles({tiling.Rows}, {tiling.Columns}, {tiling.Group}, flops, bytes)");
        writer.Line("return;");
        writer.Close();
        writer.Line("ArrayView<float> sums = gpu.PartialSums(parts);");
        writer.Line($"gpu.Launch({name}{tiling.Name}, parts.Tiles({tiling.Rows}, {tiling.Columns}, {tiling.Group}, flops, bytes + 4 * sums.Length), {arguments.LaunchedParts});");
        writer.Line($"gpu.Launch({name}Join, shape.Cells(gpu.Traits, 1, 4, sums.Length, 4 * (sums.Length + y.Count)), sums, parts.Count, {arguments.LaunchedJoin});");
        writer.Close();
    }

    /// <summary>The method that computes each row, a pair of token and slot, by an expert of its own: for a few tokens, without a sort.</summary>
    public static void EmitUnsorted(SourceWriter writer, Product product, ProductArguments arguments, string name)
    {
        string formula = product.Epilogue is null ? "the sums" : ProductEpilogue.Describe(product) + ", the sums";
        writer.Summary($"{product.Result} {product.Node.Result.Type} = {formula} of {product.Node.Op.Name}, for rows that are pairs of token and slot, of x {product.Node.Operands[0].Type}, w {product.Node.Operands[1].Type}.");
        writer.Open($"public static void {name}({arguments.OfUnsortedLauncher})");
        string slots = product.Gathers ? ", slots: y.Rows / Math.Max(1, x.Rows)" : "";
        writer.Line($"ProductShape shape = new(y.Rows, y.Columns, x.Columns, experts: w.Extents[0]{slots}) {{ Aligned = {Aligned(product)} }};");
        writer.Line("long flops = 2L * y.Count * shape.Depth;");
        writer.Line($"long bytes = 4 * ({string.Join(" + ", arguments.Floats.Select(v => Bytes(product, v)))});");
        writer.Line($"gpu.Launch({name}Few, shape.Shared(gpu.Traits, 1, {new ProductFewKernel(writer, product, arguments).Columns}, flops, bytes), {arguments.LaunchedUnsorted});");
        writer.Close();
    }

    /// <summary>The method that adds up the rows of each token as well.</summary>
    public static void EmitCombine(SourceWriter writer, Product product, ProductArguments arguments, string name, string parameters)
    {
        writer.Summary($"y = the sum over slots of weights times GroupedMatMul, for rows that are pairs of token and slot, of x {product.Node.Operands[0].Type}, w {product.Node.Operands[1].Type}.");
        writer.Open($"public static void {name}(GpuDevice gpu, {parameters.Replace("ArrayView", "View")})");
        writer.Line("ProductShape shape = new(y.Rows, y.Columns, x.Columns, experts: w.Extents[0], slots: weights.Columns) { Aligned = ProductShape.AlignmentOf(x, w, y) };");
        writer.Line("long flops = 2L * x.Rows * y.Columns * (shape.Depth + 1L);");
        writer.Line("long bytes = 4 * (x.Count + w.Count / Math.Max(1, shape.Experts) * Math.Min(shape.Experts, x.Rows) + 2 * weights.Count + y.Count);");
        writer.Line($"gpu.Launch({name}Few, shape.Shared(gpu.Traits, 1, {new ProductFewKernel(writer, product, arguments).Columns}, flops, bytes), gpu.Array(x), gpu.Array(w), gpu.Array(experts), gpu.Array(weights), gpu.Array(y), shape);");
        writer.Close();
    }

    private static string Aligned(Product product) => $"ProductShape.AlignmentOf({product.Left}, {product.Right}, {string.Join(", ", product.Wide.Prepend(product.Result))})";

    private static void Launch(SourceWriter writer, ProductArguments arguments, string kernel, string work) =>
        writer.Line($"gpu.Launch({kernel}, shape.{work}, {arguments.Launched});");

    private static void Shape(SourceWriter writer, Product product)
    {
        string shape = product.Node.Op switch
        {
            MatMul m => $"y.Rows, y.Columns, a.{(m.TransposeA ? "Rows" : "Columns")}",
            BatchMatMul m => $"y.Extents[y.Rank - 2], y.Columns, a.Extents[a.Rank - {(m.TransposeA ? 2 : 1)}], count: y.Count == 0 ? 0 : (int)(y.Count / y.Columns / y.Extents[y.Rank - 2])",
            GroupedMatMul => $"y.Rows, y.Columns, x.Columns, experts: w.Extents[0]{Slots(product, "y")}",
            _ => $"dw.Extents[1], dw.Columns, dy.Rows, count: dw.Extents[0]{Slots(product, "dy")}",
        };
        writer.Line($"ProductShape shape = new({shape}) {{ Aligned = {Aligned(product)} }};");
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
