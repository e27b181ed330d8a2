namespace MoECompiler.Generators.Emission.Gpu;

/// <summary>The products of a model, each once: a method that launches, and kernels for what it may run on.</summary>
/// <param name="names">Names of the class that are taken; those of the products are added.</param>
/// <param name="sizes">The default sizes, by which tiles are chosen.</param>
internal sealed class ProductTable(HashSet<string> names, Func<string, long> sizes)
{
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly List<Entry> _all = [];

    /// <summary>The statement that computes a node.</summary>
    public string Call(Node node, Func<Value, string> text)
    {
        Entry entry = Find(node);
        (long rows, long columns, long count) = Sizes(node);
        entry.Tilings.Add(ProductTiling.For(rows, columns, count));
        if (entry.Product.IsNarrow)
            entry.TensorCores.Add(TensorCoreTiling.For(rows, columns, count));
        entry.Columns = Math.Min(entry.Columns, node.Result.Type.Columns.Evaluate(sizes));
        return $"Gpu.{entry.Name}({string.Join(", ", entry.Arguments.Call(node, text).Prepend("gpu"))});";
    }

    /// <summary>
    /// The statement that computes a grouped product whose rows were not sorted by expert: row r is pair r of token and slot, and its
    /// expert experts[r]. For a few tokens.
    /// </summary>
    /// <param name="node">The grouped product.</param>
    /// <param name="text">The C# expression of each value.</param>
    /// <param name="experts">The C# expression of the chosen experts i32[T, K].</param>
    public string CallUnsorted(Node node, Func<Value, string> text, string experts)
    {
        Entry entry = Find(node);
        entry.IsUnsorted = true;
        return $"Gpu.{entry.Name}Unsorted({string.Join(", ", entry.Arguments.CallUnsorted(node, text, experts).Prepend("gpu"))});";
    }

    /// <summary>The statement that computes such a product and the weighted sum of each token's rows, in the order of its slots.</summary>
    /// <param name="down">The grouped product, without an epilogue.</param>
    /// <param name="combine">The combination of its rows.</param>
    /// <param name="text">The C# expression of each value.</param>
    /// <param name="experts">The C# expression of the chosen experts i32[T, K].</param>
    public string CallUnsortedCombine(Node down, Node combine, Func<Value, string> text, string experts)
    {
        Entry entry = Find(down);
        entry.Combined = combine.Result.Type.Type;
        return $"Gpu.{entry.Name}Combine(gpu, {string.Join(", ", entry.Arguments.CallMatrices(down, text))}, {experts}, {text(combine.Operands[1])}, {text(combine.Result)});";
    }

    public void Emit(SourceWriter writer)
    {
        for (int i = 0; i < _all.Count; i++)
        {
            if (i > 0)
                writer.Line();
            Emit(writer, _all[i]);
        }
    }

    private Entry Find(Node node)
    {
        Product product = Product.Of(node);
        if (!_entries.TryGetValue(product.Key, out Entry? entry))
        {
            string formula = product.Epilogue is null ? "" : KernelNames.Of(product.Epilogue, node.Result.Name);
            string stored = product.Stored.IsNarrow() ? $"To{product.Stored}" : "";
            entry = new Entry(KernelNames.Take(names, product.Kind + formula + stored), product, new ProductArguments(product));
            _entries.Add(product.Key, entry);
            _all.Add(entry);
        }
        return entry;
    }

    private static void Emit(SourceWriter writer, Entry entry)
    {
        (string name, Product product, ProductArguments arguments) = (entry.Name, entry.Product, entry.Arguments);
        string finish = name + "Finish";
        ProductFewKernel few = new(writer, product, arguments);
        ProductEpilogue epilogue = new(writer, product, arguments);
        if (entry.Tilings.Count > 0)
        {
            List<ProductTiling> tilings = [.. entry.Tilings.OrderBy(static t => t.Rank)];
            ProductCellKernel cell = new(writer, product, arguments, entry.Columns);
            List<TensorCoreTiling> tensorCores = [.. entry.TensorCores.OrderBy(static t => t.Rank)];
            ProductLauncher.Emit(writer, product, arguments, name, tilings, tensorCores, cell.Columns);
            foreach (TensorCoreTiling tiling in tensorCores)
            {
                writer.Line();
                new ProductTensorCoreKernel(writer, product, arguments, tiling).Emit(name + tiling.Name, finish);
            }
            foreach (ProductTiling tiling in tilings)
            {
                writer.Line();
                new ProductTileKernel(writer, product, arguments, tiling).Emit(name + tiling.Name, finish);
            }
            if (product.HasFewRows)
            {
                writer.Line();
                few.Emit(name + "Few", finish);
            }
            writer.Line();
            if (product.IsInParts)
            {
                epilogue.EmitJoin(name + "Join", finish);
                writer.Line();
            }
            cell.Emit(name + "Cell", finish, name + "FinishRow");
            writer.Line();
            epilogue.EmitRow(name + "FinishRow", cell.Fours);
            writer.Line();
        }
        if (entry.IsUnsorted)
        {
            ProductLauncher.EmitUnsorted(writer, product, arguments, name + "Unsorted");
            writer.Line();
            few.EmitUnsorted(name + "UnsortedFew", finish);
            writer.Line();
        }
        if (entry.Combined is { } combined)
        {
            ProductLauncher.EmitCombine(writer, product, arguments, name + "Combine", combined);
            writer.Line();
            few.EmitCombine(name + "CombineFew", combined);
            writer.Line();
        }
        epilogue.Emit(finish);
    }

    /// <summary>The extents of a node's products at the default sizes, and how many they are.</summary>
    private (long Rows, long Columns, long Count) Sizes(Node node)
    {
        TensorType result = node.Result.Type;
        long columns = result.Columns.Evaluate(sizes), rows = result.Rows.Evaluate(sizes);
        long count = node.Op switch
        {
            GroupedMatMul => node.Operands[1].Type.Shape[0].Evaluate(sizes),
            BatchMatMul or GroupedWeightGradient => rows / Math.Max(1, result.Shape[result.Rank - 2].Evaluate(sizes)),
            _ => 1,
        };
        return ((rows + count - 1) / Math.Max(1, count), columns, count);
    }

    private sealed class Entry(string name, Product product, ProductArguments arguments)
    {
        public string Name => name;

        public Product Product => product;

        public ProductArguments Arguments => arguments;

        /// <summary>The tiles of what is called; none where nothing is but for a few tokens.</summary>
        public HashSet<ProductTiling> Tilings { get; } = [];

        /// <summary>The tiles for tensor cores; none where operands are not of 16 bits.</summary>
        public HashSet<TensorCoreTiling> TensorCores { get; } = [];

        /// <summary>The fewest columns of a result.</summary>
        public long Columns { get; set; } = long.MaxValue;

        public bool IsUnsorted { get; set; }

        /// <summary>What the combined rows are stored in; null where none are.</summary>
        public DType? Combined { get; set; }
    }
}
