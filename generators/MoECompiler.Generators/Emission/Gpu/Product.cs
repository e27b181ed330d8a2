namespace MoECompiler.Generators.Emission.Gpu;

/// <summary>A product of matrices as its kernels see it: one pair of operands, or two, whose products an element sums up one after the other.</summary>
internal sealed class Product
{
    private static readonly string[] s_further = ["c", "d", "e", "f", "g", "h"];

    private Product(Node node, IReadOnlyList<ProductPair> pairs)
    {
        Node = node;
        Pairs = pairs;
        Kind = string.Join("Plus", pairs.Select(static p => p.Name));
        if (node.Op is IFusesEpilogue { Epilogue: { } epilogue } fused)
        {
            Epilogue = epilogue;
            Kinds = [.. node.Operands.Skip(fused.ProductOperands).Select(o => EpilogueOperands.Of(o.Type, node.Result.Type)!.Value)];
        }
    }

    /// <summary>The first node that asked for it.</summary>
    public Node Node { get; }

    /// <summary>What it is called by, without its epilogue.</summary>
    public string Kind { get; }

    /// <summary>The pair that sums begin with.</summary>
    public ProductPair First => Pairs[0];

    /// <summary>All pairs, in the order that they are summed up in.</summary>
    public IReadOnlyList<ProductPair> Pairs { get; }

    /// <summary>What sums go on over; null where there is one pair.</summary>
    public ProductPair? Second => Pairs.Count > 1 ? Pairs[1] : null;

    /// <summary>What the result is stored in.</summary>
    public DType Stored => Node.Result.Type.Type;

    /// <summary>Whether tensor cores can compute it, but for a second pair of floats.</summary>
    public bool IsNarrow => First.Type.IsNarrow();

    /// <summary>Whether rows of an operand are those of the order's tokens.</summary>
    public bool Gathers => Pairs.Any(static p => p.Gathered is not null);

    /// <summary>How many slots a token has in the order, where the node says it and the views' extents do not.</summary>
    public Size? Slots => Node.Op switch
    {
        GroupedMatMul { Gathers: true } m => m.Slots,
        GroupedWeightGradient { GatherRows: true } m => m.Slots,
        _ => null,
    };

    public ScalarExpression? Epilogue { get; }

    /// <summary>How the epilogue's operands spread.</summary>
    public IReadOnlyList<EpilogueOperand> Kinds { get; } = [];

    /// <summary>Whether rows of the result belong to experts.</summary>
    public bool IsGrouped => Node.Op is GroupedMatMul;

    /// <summary>Whether the depth is an expert's rows.</summary>
    public bool IsGradient => Node.Op is GroupedWeightGradient;

    /// <summary>Whether the depth may be split into parts, whose sums are then joined: they are floats, for which the result has the place.</summary>
    public bool IsInParts => Node.Op is MatMul && Stored == DType.F32;

    /// <summary>Whether there is a form for few rows: of what a model computes, not of gradients by weights.</summary>
    public bool HasFewRows => Node.Op is MatMul { TransposeA: false };

    /// <summary>Whether there are several products of one shape.</summary>
    public bool IsBatched => Node.Op is BatchMatMul or GroupedWeightGradient;

    /// <summary>The names of the product's own operands, in the order of the node's; null for one that no kernel reads.</summary>
    public IReadOnlyList<string?> Operands => IsGradient
        ? ["x", "dy", Order, "offsets"]
        : [First.Left, First.Right, .. IsGrouped ? (string?[])[Order, "offsets"] : [], .. Second is { } second ? (string[])[second.Left, second.Right] : []];

    /// <summary>The names of the epilogue's operands.</summary>
    public IEnumerable<string> Further => s_further.Take(Kinds.Count);

    public string Result => IsGradient ? "dw" : "y";

    /// <summary>The elements of a view.</summary>
    public DType TypeOf(string view) =>
        view is "order" or "offsets" or "experts" ? DType.I32
        : view == Result ? Stored
        : Pairs.FirstOrDefault(p => view == p.Left || view == p.Right) is { } pair ? pair.IsQuantized && view == pair.Right ? DType.NF4 : pair.Type
        : Node.Operands[Operands.Count + Array.IndexOf(s_further, view)].Type.Type;

    /// <summary>All views of floats but the epilogue's operands of one row or element.</summary>
    public IEnumerable<string> Wide => Further.Where((_, i) => Kinds[i] is EpilogueOperand.PerElement or EpilogueOperand.PerColumn);

    /// <summary>What nodes of one kernel have in common.</summary>
    public string Key
    {
        get
        {
            List<Size> extents = [.. Epilogue?.Extents ?? []];
            string formula = Epilogue is null ? "" : FormulaDialect.Scalar.Print(Epilogue, static i => $"#{i}", e => $"@{extents.IndexOf(e)}");
            return $"{Kind}/{string.Join(",", Kinds)}/{string.Join(",", Further.Select(TypeOf))}/{Stored}/{formula}";
        }
    }

    private string? Order => Gathers ? "order" : null;

    public static Product Of(Node node) => new(node, [.. PairsOf(node)]);

    private static IEnumerable<ProductPair> PairsOf(Node node)
    {
        DType first = node.Operands[0].Type.Type;
        bool isQuantized = node.Operands[1].Type.Type == DType.NF4;
        switch (node.Op)
        {
            case MatMul m:
                yield return new ProductPair(Name(m.TransposeA, m.TransposeB), "a", "b", first, isQuantized, !m.TransposeA, m.TransposeB);
                if (m.Second is { TransposeB: var transposeB })
                    yield return new ProductPair(Name(false, transposeB), "a2", "b2", node.Operands[2].Type.Type, false, true, transposeB, IsSecond: true);
                break;
            case BatchMatMul m:
                yield return new ProductPair("Batch" + Name(m.TransposeA, m.TransposeB), "a", "b", first, isQuantized, !m.TransposeA, m.TransposeB);
                break;
            case GroupedMatMul m:
                yield return new ProductPair(Grouped(m.GatherRows, m.TransposeB, m.Slots), "x", "w", first, isQuantized, true, m.TransposeB, m.GatherRows ? "x" : null);
                if (m.Second is { } s)
                {
                    yield return new ProductPair(
                        Grouped(s.GatherRows, s.TransposeB, m.Slots), "x2", "w2", node.Operands[4].Type.Type, false, true, s.TransposeB, s.GatherRows ? "x2" : null, IsSecond: true);
                }
                break;
            case GroupedWeightGradient m:
                (string left, string right) = m.TransposeB ? ("dy", "x") : ("x", "dy");
                yield return new ProductPair(Grouped(m.GatherRows, m.TransposeB, m.Slots) + "Gradient", left, right, first, isQuantized, false, false, m.GatherRows ? "x" : null);
                break;
            default:
                throw new InvalidOperationException($"{node.Op.Name} is no product.");
        }
    }

    /// <summary>By a Linear's weight, which has the result's columns as rows, or by a matrix as it stands.</summary>
    private static string Name(bool transposeA, bool transposeB) => (transposeB ? "Linear" : "MatMul") + (transposeA ? "OverRows" : "");

    private static string Grouped(bool gathers, bool transposeB, Size? slots) => $"{(gathers ? slots is null ? "Gather" : "GatherSlots" : "")}Grouped{Name(false, transposeB)}";
}
