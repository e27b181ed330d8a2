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
        Product product = Product.Of(node);
        if (!_entries.TryGetValue(product.Key, out Entry? entry))
        {
            string formula = product.Epilogue is null ? "" : KernelNames.Of(product.Epilogue, node.Result.Name);
            entry = new Entry(KernelNames.Take(names, product.Kind + formula), product, new ProductArguments(product));
            _entries.Add(product.Key, entry);
            _all.Add(entry);
        }
        entry.Tilings.Add(Tiling(node));
        return $"Gpu.{entry.Name}({string.Join(", ", entry.Arguments.Call(node, text).Prepend("gpu"))});";
    }

    public string CallUnsorted(Node node, Func<Value, string> text, string experts) => throw new NotSupportedException();

    public string CallUnsortedCombine(Node down, Node combine, Func<Value, string> text, string experts) => throw new NotSupportedException();

    public void Emit(SourceWriter writer)
    {
        for (int i = 0; i < _all.Count; i++)
        {
            if (i > 0)
                writer.Line();
            Emit(writer, _all[i]);
        }
    }

    private static void Emit(SourceWriter writer, Entry entry)
    {
        (string name, Product product, ProductArguments arguments) = (entry.Name, entry.Product, entry.Arguments);
        List<ProductTiling> tilings = [.. entry.Tilings.OrderBy(static t => t.Rank)];
        ProductLauncher.Emit(writer, product, arguments, name, tilings);
        foreach (ProductTiling tiling in tilings)
        {
            writer.Line();
            new ProductTileKernel(writer, product, arguments, tiling).Emit(name + tiling.Name, name + "Finish");
        }
        writer.Line();
        new ProductCellKernel(writer, product, arguments).Emit(name + "Cell", name + "Finish");
        writer.Line();
        ProductEpilogue.Emit(writer, product, arguments, name + "Finish");
    }

    /// <summary>The tiles that suit the default sizes.</summary>
    private ProductTiling Tiling(Node node)
    {
        TensorType result = node.Result.Type;
        long columns = result.Columns.Evaluate(sizes), rows = result.Rows.Evaluate(sizes);
        long count = node.Op switch
        {
            GroupedMatMul => node.Operands[1].Type.Shape[0].Evaluate(sizes),
            BatchMatMul or GroupedWeightGradient => rows / Math.Max(1, result.Shape[result.Rank - 2].Evaluate(sizes)),
            _ => 1,
        };
        return ProductTiling.For((rows + count - 1) / Math.Max(1, count), columns, count);
    }

    private sealed class Entry(string name, Product product, ProductArguments arguments)
    {
        public string Name => name;

        public Product Product => product;

        public ProductArguments Arguments => arguments;

        public HashSet<ProductTiling> Tilings { get; } = [];
    }
}
