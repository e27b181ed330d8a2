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
        _arePacked = Views(product).Count() + (product.First.IsQuantized ? 2 : 1) + _extents.Count > Most;
    }

    /// <summary>The parameters of the method that launches.</summary>
    public string OfLauncher => string.Join(", ", (string[])
        ["GpuDevice gpu", .. Views(_product).Select(Declare), .. Numbers.Select(static n => $"float {n}"), .. _product.Slots is null ? [] : (string[])["int slots"]]);

    /// <summary>The parameters of a kernel.</summary>
    public string OfKernel => string.Join(", ", (string[])[.. Views(_product).Select(DeclareForKernel), "ProductShape shape", .. Packs.Select(static p => p.Parameter)]);

    /// <summary>The parameters of the method that launches each row by an expert of its own.</summary>
    public string OfUnsortedLauncher => string.Join(", ", (string[])["GpuDevice gpu", .. Unsorted.Select(Declare), .. Numbers.Select(static n => $"float {n}")]);

    /// <summary>The parameters of its kernel.</summary>
    public string OfUnsortedKernel => string.Join(", ", (string[])[.. Unsorted.Select(DeclareForKernel), "ProductShape shape", .. Packs.Select(static p => p.Parameter)]);

    /// <summary>What its launch passes to the kernel.</summary>
    public string LaunchedUnsorted => string.Join(", ", (string[])[.. Unsorted.Select(Pass), "shape", .. Packs.Select(static p => p.Value)]);

    /// <summary>The parameters of the method that launches a token's combination, those of its kernel, and what is passed on.</summary>
    /// <param name="result">What the combined rows are stored in.</param>
    public (string OfLauncher, string OfKernel, string Launched) Combined(DType result)
    {
        (string Name, DType Type)[] views = [.. Matrices.Select(v => (v, _product.TypeOf(v))), ("experts", DType.I32), ("weights", DType.F32), ("y", result)];
        return (
            string.Join(", ", views.Select(static v => v.Type.Declare(v.Name)).Prepend("GpuDevice gpu")),
            string.Join(", ", views.Select(static v => v.Type.DeclareForKernel(v.Name)).Append("ProductShape shape")),
            string.Join(", ", views.Select(static v => v.Type.Pass(v.Name)).Append("shape")));
    }

    /// <summary>What the launch passes to a kernel.</summary>
    public string Launched => string.Join(", ", (string[])[.. Views(_product).Select(Pass), "shape", .. Packs.Select(static p => p.Value)]);

    /// <summary>The parameters of the method that finishes sums, before the place and the sum.</summary>
    public string OfFinish => string.Join(", ", (string[])
        [.. Finished.Select(DeclareForKernel), "ProductShape shape", .. Packs.Select(static p => p.Parameter), "ProductTile tile"]);

    /// <summary>The parameters of the kernel that joins parts, beside their sums.</summary>
    public string OfJoin => string.Join(", ", (string[])
        [.. Finished.Select(DeclareForKernel), "ProductShape shape", .. Packs.Select(static p => p.Parameter)]);

    /// <summary>What the launch passes to that kernel.</summary>
    public string LaunchedJoin => string.Join(", ", (string[])[.. Finished.Select(Pass), "shape", .. Packs.Select(static p => p.Value)]);

    /// <summary>What the launch passes to a kernel that computes the sums of parts.</summary>
    public string LaunchedParts => string.Join(", ", (string[])
        [.. Views(_product).Select(v => v == _product.Result ? "sums" : Pass(v)), "parts", .. Packs.Select(static p => p.Value)]);

    /// <summary>What a kernel passes to the method that finishes sums, before the place and the sum.</summary>
    public string ToFinish => string.Join(", ", (string[])[.. Finished, "shape", .. Packs.Select(static p => p.Name), "tile"]);

    /// <summary>The texts of a call, in the order of <see cref="OfLauncher"/>.</summary>
    public IEnumerable<string> Call(Node node, Func<Value, string> text)
    {
        List<string?> names = [.. _product.Operands];
        IEnumerable<string> operands = node.Operands.Where((_, i) => i >= names.Count || names[i] is not null).Select(text);
        IEnumerable<Size> extents = node.Op is IFusesEpilogue { Epilogue: { } epilogue } ? epilogue.Extents : [];
        Size? slots = Product.Of(node).Slots;
        return [.. operands, text(node.Result), .. extents.Select(static e => e.ToString()), .. slots is null ? [] : (string[])[$"{slots}"]];
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
        [.. CallMatrices(node, text), experts, .. node.Operands.Skip(_product.Operands.Count).Select(text), .. Call(node, text).Skip(_product.Operands.Count(static o => o is not null) + _product.Kinds.Count)];

    /// <summary>The texts of the operands that are matrices.</summary>
    public IEnumerable<string> CallMatrices(Node node, Func<Value, string> text) => node.Operands.Where((_, i) => i is 0 or 1 || i is 4 or 5 && _product.Second is not null).Select(text);

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

    /// <summary>The views of rows with an expert of their own.</summary>
    private IEnumerable<string> Unsorted => [.. Matrices, "experts", .. Finished];

    private IEnumerable<string> Matrices => _product.Pairs.SelectMany(static p => (string[])[p.Left, p.Right]);

    private string Declare(string view) => _product.TypeOf(view).Declare(view);

    private string DeclareForKernel(string view) => _product.TypeOf(view).DeclareForKernel(view);

    private string Pass(string view) => _product.TypeOf(view).Pass(view);
}
