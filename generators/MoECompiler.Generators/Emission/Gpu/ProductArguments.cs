namespace MoECompiler.Generators.Emission.Gpu;

/// <summary>The parameters of a product's methods, and what is passed on from one to the next.</summary>
internal sealed class ProductArguments
{
    /// <summary>What a launch passes to a kernel at most.</summary>
    private const int Most = 14;

    private readonly Product _product;
    private readonly List<Size> _extents;
    private readonly bool _arePacked;

    public ProductArguments(Product product)
    {
        _product = product;
        _extents = [.. product.Epilogue?.Extents ?? []];
        _arePacked = Views(product).Count() + 1 + _extents.Count > Most;
    }

    /// <summary>The parameters of the method that launches.</summary>
    public string OfLauncher => string.Join(", ", (string[])["GpuDevice gpu", .. Declared("View"), .. Numbers.Select(static n => $"float {n}")]);

    /// <summary>The parameters of a kernel.</summary>
    public string OfKernel => string.Join(", ", (string[])[.. Declared("ArrayView"), "ProductShape shape", .. Packs.Select(static p => p.Parameter)]);

    /// <summary>The parameters of the method that launches each row by an expert of its own.</summary>
    public string OfUnsortedLauncher => string.Join(", ", (string[])
        ["GpuDevice gpu", "View<float> x", "View<float> w", "View<int> experts", .. Finished.Select(static v => $"View<float> {v}"), .. Numbers.Select(static n => $"float {n}")]);

    /// <summary>The parameters of its kernel.</summary>
    public string OfUnsortedKernel => string.Join(", ", (string[])
    [
        "ArrayView<float> x", "ArrayView<float> w", "ArrayView<int> experts", .. Finished.Select(static v => $"ArrayView<float> {v}"), "ProductShape shape",
        .. Packs.Select(static p => p.Parameter),
    ]);

    /// <summary>What its launch passes to the kernel.</summary>
    public string LaunchedUnsorted => string.Join(", ", (string[])
        ["gpu.Array(x)", "gpu.Array(w)", "gpu.Array(experts)", .. Finished.Select(static v => $"gpu.Array({v})"), "shape", .. Packs.Select(static p => p.Value)]);

    /// <summary>What the launch passes to a kernel.</summary>
    public string Launched => string.Join(", ", (string[])[.. Views(_product).Select(static v => $"gpu.Array({v})"), "shape", .. Packs.Select(static p => p.Value)]);

    /// <summary>The parameters of the method that finishes sums, before the place and the sum.</summary>
    public string OfFinish => string.Join(", ", (string[])
        [.. Finished.Select(static v => $"ArrayView<float> {v}"), "ProductShape shape", .. Packs.Select(static p => p.Parameter), "ProductTile tile"]);

    /// <summary>The parameters of the kernel that joins parts, beside their sums.</summary>
    public string OfJoin => string.Join(", ", (string[])
        [.. Finished.Select(static v => $"ArrayView<float> {v}"), "ProductShape shape", .. Packs.Select(static p => p.Parameter)]);

    /// <summary>What the launch passes to that kernel.</summary>
    public string LaunchedJoin => string.Join(", ", (string[])[.. Finished.Select(static v => $"gpu.Array({v})"), "shape", .. Packs.Select(static p => p.Value)]);

    /// <summary>What the launch passes to a kernel that computes the sums of parts.</summary>
    public string LaunchedParts => string.Join(", ", (string[])
        [.. Views(_product).Select(v => v == _product.Result ? "sums" : $"gpu.Array({v})"), "parts", .. Packs.Select(static p => p.Value)]);

    /// <summary>What a kernel passes to the method that finishes sums, before the place and the sum.</summary>
    public string ToFinish => string.Join(", ", (string[])[.. Finished, "shape", .. Packs.Select(static p => p.Name), "tile"]);

    /// <summary>The texts of a call, in the order of <see cref="OfLauncher"/>.</summary>
    public IEnumerable<string> Call(Node node, Func<Value, string> text)
    {
        List<string?> names = [.. _product.Operands];
        IEnumerable<string> operands = node.Operands.Where((_, i) => i >= names.Count || names[i] is not null).Select(text);
        IEnumerable<Size> extents = node.Op is IFusesEpilogue { Epilogue: { } epilogue } ? epilogue.Extents : [];
        return [.. operands, text(node.Result), .. extents.Select(static e => e.ToString())];
    }

    /// <summary>An extent as a number, in a kernel.</summary>
    public string Number(Size size)
    {
        int index = _extents.IndexOf(size);
        return _arePacked ? $"numbers{index / 4}.{"XYZW"[index % 4]}" : $"number{index}";
    }

    /// <summary>The views of floats that the launch counts the bytes of.</summary>
    public IEnumerable<string> Floats => Views(_product).Where(static v => v is not ("order" or "offsets"));

    /// <summary>The texts of a call of each row by an expert of its own.</summary>
    public IEnumerable<string> CallUnsorted(Node node, Func<Value, string> text, string experts) =>
        [text(node.Operands[0]), text(node.Operands[1]), experts, .. node.Operands.Skip(4).Select(text), .. Call(node, text).Skip(_product.Operands.Count(static o => o is not null) + _product.Kinds.Count)];

    private IEnumerable<string> Finished => [.. _product.Further, _product.Result];

    private IEnumerable<string> Numbers => _extents.Select(static (_, i) => $"number{i}");

    /// <summary>The numbers as a kernel takes them: by themselves, or by fours where there are too many arguments.</summary>
    private IEnumerable<(string Parameter, string Name, string Value)> Packs
    {
        get
        {
            if (!_arePacked)
                return Numbers.Select(static n => ($"float {n}", n, n));
            List<string> padded = [.. Numbers, "0", "0", "0"];
            return Enumerable.Range(0, (_extents.Count + 3) / 4).Select(i =>
                ($"Float4 numbers{i}", $"numbers{i}", $"new Float4({string.Join(", ", padded.Skip(4 * i).Take(4))})"));
        }
    }

    private static IEnumerable<string> Views(Product product) => [.. product.Operands.Where(static o => o is not null).Select(static o => o!), .. product.Further, product.Result];

    private IEnumerable<string> Declared(string type) => Views(_product).Select(v => $"{type}<{(v is "order" or "offsets" ? "int" : "float")}> {v}");
}
