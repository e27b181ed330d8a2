namespace MoECompiler.Generators.Emission.Gpu;

/// <summary>Emits the method of a product that a plan calls: it chooses the form that suits the device and the sizes, and launches it.</summary>
internal static class ProductLauncher
{
    public static void Emit(SourceWriter writer, Product product, ProductArguments arguments, string name, IReadOnlyList<ProductTiling> tilings, IReadOnlyList<TensorCoreTiling> tensorCores, int cellColumns)
    {
        writer.Summary(Describe(product));
        writer.Open($"public static void {name}({arguments.OfLauncher})");
        Shape(writer, product);
        string depth = product.IsGradient ? "2L * dy.Count * x.Columns" : $"2L * {product.Result}.Count * {Depth(product)}";
        writer.Line($"long flops = {depth};");
        writer.Line($"long bytes = {Bytes(product, arguments)};");
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
        for (int i = 0; i < tensorCores.Count; i++)
        {
            string suits = i + 1 < tensorCores.Count ? $" && {Suits(tensorCores[i])}" : "";
            Launch(writer, product, arguments, name, $"{otherwise}if (gpu.Traits.HasTensorCores{suits})", tensorCores[i], isLast: i + 1 == tensorCores.Count);
            otherwise = "else ";
        }
        writer.Line($"{otherwise}if (!gpu.Traits.StagesTiles)");
        writer.Indent();
        Launch(writer, arguments, $"{name}Cell", $"Cells(gpu.Traits, {ProductCellKernel.Rows}, {cellColumns}, flops, bytes)");
        writer.Unindent();
        for (int i = 0; i < tilings.Count; i++)
        {
            bool isLast = i + 1 == tilings.Count;
            Launch(writer, product, arguments, name, isLast ? "else" : $"else if ({Suits(tilings[i])})", tilings[i], isLast);
        }
        writer.Close();
    }

    private static string Suits(ProductTileForm form) => $"shape.Suits(gpu.Traits, {form.Rows}, {form.Columns})";

    /// <summary>The launch of tiles: of the smallest ones with the depth in parts where that pays.</summary>
    private static void Launch(SourceWriter writer, Product product, ProductArguments arguments, string name, string condition, ProductTileForm form, bool isLast)
    {
        string tiles = $"Tiles({form.Rows}, {form.Columns}, {form.Group}, flops, bytes";
        if (!product.IsInParts || !isLast)
        {
            writer.Line(condition).Indent();
            Launch(writer, arguments, name + form.Name, $"{tiles})");
            writer.Unindent();
            return;
        }
        writer.Open(condition);
        writer.Line($"ProductShape parts = shape.InParts(gpu.Traits, {form.Rows}, {form.Columns});");
        writer.Open("if (parts.Count == 1)");
        Launch(writer, arguments, name + form.Name, $"{tiles})");
        writer.Line("return;");
        writer.Close();
        writer.Line("ArrayView<float> sums = gpu.PartialSums(parts);");
        writer.Line($"gpu.Launch({name}{form.Name}, parts.{tiles} + 4 * sums.Length), {arguments.LaunchedParts});");
        writer.Line($"gpu.Launch({name}Join, shape.Cells(gpu.Traits, 1, 4, sums.Length, 4 * (sums.Length + y.Count)), sums, parts.Count, {arguments.LaunchedJoin});");
        writer.Close();
    }

    /// <summary>The method that computes each row, a pair of token and slot, by an expert of its own: for a few tokens, without a sort.</summary>
    public static void EmitUnsorted(SourceWriter writer, Product product, ProductArguments arguments, string name)
    {
        string formula = product.Epilogue is null ? "the sums" : ProductEpilogue.Describe(product) + ", the sums";
        writer.Summary($"{product.Result} {product.Node.Result.Type} = {formula} of {product.Node.Op.Name}, for rows that are pairs of token and slot, of x {product.Node.Operands[0].Type}, w {product.Node.Operands[1].Type}.");
        writer.Open($"public static void {name}({arguments.OfUnsortedLauncher})");
        string slots = product.Gathers ? $", slots: y.Rows / Math.Max(1, {Gathered(product)}.Rows)" : "";
        writer.Line($"ProductShape shape = new(y.Rows, y.Columns, x.Columns, experts: w.Extents[0]{slots}) {{ {SecondDepth(product)}Aligned = {Aligned(product)} }};");
        writer.Line($"long flops = 2L * y.Count * {Depth(product)};");
        writer.Line($"long bytes = {Bytes(product, arguments)};");
        writer.Line($"gpu.Launch({name}Few, shape.Shared(gpu.Traits, 1, {new ProductFewKernel(writer, product, arguments).Columns}, flops, bytes), {arguments.LaunchedUnsorted});");
        writer.Close();
    }

    /// <summary>The method that adds up the rows of each token as well.</summary>
    public static void EmitCombine(SourceWriter writer, Product product, ProductArguments arguments, string name, DType result)
    {
        (string parameters, _, string launched) = arguments.Combined(result);
        writer.Summary($"y = the sum over slots of weights times GroupedMatMul, for rows that are pairs of token and slot, of x {product.Node.Operands[0].Type}, w {product.Node.Operands[1].Type}.");
        writer.Open($"public static void {name}({parameters})");
        string aligned = (product.First.IsQuantized ? "ProductShape.AlignmentOf(x, x, y)" : result.IsNarrow() ? "ProductShape.AlignmentOf(x, w) & ProductShape.AlignmentOf(y)" : "ProductShape.AlignmentOf(x, w, y)") + SecondAligned(product);
        writer.Line($"ProductShape shape = new(y.Rows, y.Columns, x.Columns, experts: w.Extents[0], slots: weights.Columns) {{ {SecondDepth(product)}Aligned = {aligned} }};");
        writer.Line(product.Second is null ? "long flops = 2L * x.Rows * y.Columns * (shape.Depth + 1L);" : "long flops = 2L * x.Rows * y.Columns * (shape.Depth + shape.SecondDepth + 1L);");
        string Weights(string w) => $"{w}.Count / Math.Max(1, shape.Experts) * Math.Min(shape.Experts, x.Rows)";
        string second = product.Second is { } p ? $"{p.Type.Bytes()} * ({p.Left}.Count + {Weights(p.Right)}) + " : "";
        writer.Line(product.First.IsQuantized
            ? $"long bytes = {second}4 * (x.Count + 2 * weights.Count + y.Count) + {Weights("w").Replace("w.Count", "w.Bytes")};"
            : product.IsNarrow || result.IsNarrow()
            ? $"long bytes = {product.First.Type.Bytes()} * (x.Count + {Weights("w")}) + {second}8 * weights.Count + {result.Bytes()} * y.Count;"
            : $"long bytes = {second}4 * (x.Count + {Weights("w")} + 2 * weights.Count + y.Count);");
        writer.Line($"gpu.Launch({name}Few, shape.Shared(gpu.Traits, 1, {new ProductFewKernel(writer, product, arguments).Columns}, flops, bytes), {launched});");
        writer.Close();
    }

    private static string Aligned(Product product)
    {
        ILookup<bool, string> wide = product.Wide.Prepend(product.Result).ToLookup(v => product.TypeOf(v).IsNarrow());
        string floats = string.Concat(wide[false].Select(static v => $", {v}"));
        // The words of a matrix in 4 bits are read singly.
        string right = product.First.IsQuantized ? product.First.Left : product.First.Right;
        return $"ProductShape.AlignmentOf({product.First.Left}, {right}{floats}){string.Concat(wide[true].Select(static v => $" & ProductShape.AlignmentOf({v})"))}{SecondAligned(product)}";
    }

    private static string SecondAligned(Product product) => product.Second is { } second ? $" | ProductShape.AlignmentOfSecond({second.Left}, {second.Right})" : "";

    private static string SecondDepth(Product product) => product.Second is { } second ? $"SecondDepth = {second.Left}.Columns, " : "";

    /// <summary>How many products an element sums up.</summary>
    private static string Depth(Product product) => product.Second is null ? "shape.Depth" : "(shape.Depth + shape.SecondDepth)";

    /// <summary>The view whose rows the order's tokens have.</summary>
    private static string Gathered(Product product) => product.Pairs.First(static p => p.Gathered is not null).Gathered!;

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
        writer.Line($"ProductShape shape = new({shape}) {{ {SecondDepth(product)}Aligned = {Aligned(product)} }};");
    }

    private static string Slots(Product product, string rows) => !product.Gathers ? "" : product.Slots is null ? $", slots: {rows}.Rows / Math.Max(1, {Gathered(product)}.Rows)" : ", slots: slots";

    /// <summary>What is read and written at least.</summary>
    private static string Bytes(Product product, ProductArguments arguments) => string.Join(" + ", arguments.Floats
        .GroupBy(v => product.TypeOf(v) == DType.NF4 ? 0 : product.TypeOf(v).Bytes())
        .Select(group => group.Key == 0
            ? Count(product, group.First()).Replace(".Count", ".Bytes")
            : $"{group.Key} * ({string.Join(" + ", group.Select(v => Count(product, v)))})"));

    /// <summary>Of the experts' weights no more are read than there are rows.</summary>
    private static string Count(Product product, string view) =>
        product.IsGrouped && view is "w" or "w2" ? $"{view}.Count / Math.Max(1, shape.Experts) * Math.Min(shape.Experts, shape.Rows)" : $"{view}.Count";

    /// <summary>What is computed, in the declaration's words.</summary>
    private static string Describe(Product product)
    {
        List<string?> names = [.. product.Operands, .. product.Further];
        IEnumerable<string> operands = product.Node.Operands.Zip(names, static (value, name) => (value, name)).Where(static o => o.name is not null).Select(static o => $"{o.name} {o.value.Type}");
        string formula = product.Epilogue is null ? "the sums" : ProductEpilogue.Describe(product) + ", the sums";
        return $"{product.Result} {product.Node.Result.Type} = {formula} of {product.Node.Op.Name}, of {string.Join(", ", operands)}.";
    }
}
