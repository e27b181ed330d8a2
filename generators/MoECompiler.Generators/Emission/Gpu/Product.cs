namespace MoECompiler.Generators.Emission.Gpu;

/// <summary>A product of matrices as its kernels see it: the sum over the depth of left[row, depth] * right[depth, column].</summary>
internal sealed class Product
{
    private static readonly string[] s_further = ["c", "d", "e", "f", "g", "h"];

    private Product(Node node, string kind, bool leftAlongDepth, bool rightAlongDepth, bool gathers)
    {
        Node = node;
        Kind = kind + (node.Operands[1].Type.Type is DType.F32 ? "" : $"{node.Operands[1].Type.Type}");
        LeftAlongDepth = leftAlongDepth;
        RightAlongDepth = rightAlongDepth;
        Gathers = gathers;
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

    /// <summary>What both matrices are stored in, unless <see cref="IsQuantized"/>: then the left one.</summary>
    public DType Operand => Node.Operands[0].Type.Type;

    /// <summary>Whether the right operand is in 4 bits, which kernels read by an <c>Nf4Lines</c> and no <c>ArrayView</c>.</summary>
    public bool IsQuantized => Node.Operands[1].Type.Type == DType.NF4;

    /// <summary>What the result is stored in.</summary>
    public DType Stored => Node.Result.Type.Type;

    /// <summary>Whether tensor cores can compute it.</summary>
    public bool IsNarrow => Operand.IsNarrow();

    /// <summary>Whether neighbouring elements of the left operand are of one row, not of one step of the depth.</summary>
    public bool LeftAlongDepth { get; }

    /// <summary>Whether neighbouring elements of the right operand are of one column, not of one step of the depth.</summary>
    public bool RightAlongDepth { get; }

    /// <summary>Whether rows of an operand are those of the order's tokens.</summary>
    public bool Gathers { get; }

    /// <summary>How many slots a token has in the order, where the node says it and the views' extents do not.</summary>
    public Size? Slots => Node.Op switch
    {
        GroupedMatMul { GatherRows: true } m => m.Slots,
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

    /// <summary>The view that the left operand is read from.</summary>
    public string Left => Node.Op is GroupedWeightGradient { TransposeB: true } ? "dy" : IsGrouped || IsGradient ? "x" : "a";

    /// <summary>The view that the right operand is read from.</summary>
    public string Right => IsGradient ? Left == "x" ? "dy" : "x" : IsGrouped ? "w" : "b";

    /// <summary>The names of the product's own operands, in the order of the node's; null for one that no kernel reads.</summary>
    public IReadOnlyList<string?> Operands => IsGradient ? ["x", "dy", Order, "offsets"] : IsGrouped ? ["x", "w", Order, "offsets"] : ["a", "b"];

    /// <summary>The names of the epilogue's operands.</summary>
    public IEnumerable<string> Further => s_further.Take(Kinds.Count);

    public string Result => IsGradient ? "dw" : "y";

    /// <summary>The elements of a view.</summary>
    public DType TypeOf(string view) =>
        view is "order" or "offsets" or "experts" ? DType.I32
        : view == Result ? Stored
        : view == Right && IsQuantized ? DType.NF4
        : view == Left || view == Right ? Operand
        : Node.Operands[Operands.Count + Array.IndexOf(s_further, view)].Type.Type;

    /// <summary>The declaration of the lines of a right operand in 4 bits.</summary>
    /// <param name="matrix">Which of some matrices it is.</param>
    public string Lines(string matrix) =>
        $"Nf4Lines lines = new({Right}, tables, {(RightAlongDepth ? "shape.Columns, shape.Depth" : "shape.Depth, shape.Columns")}, {matrix});";

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

    public static Product Of(Node node) => node.Op switch
    {
        MatMul m => new(node, Name(m.TransposeA, m.TransposeB), !m.TransposeA, m.TransposeB, gathers: false),
        BatchMatMul m => new(node, "Batch" + Name(m.TransposeA, m.TransposeB), !m.TransposeA, m.TransposeB, gathers: false),
        GroupedMatMul m => new(node, $"{Gather(m.GatherRows, m.Slots)}Grouped{Name(false, m.TransposeB)}", true, m.TransposeB, m.GatherRows),
        GroupedWeightGradient m => new(node, $"{Gather(m.GatherRows, m.Slots)}Grouped{Name(false, m.TransposeB)}Gradient", false, false, m.GatherRows),
        _ => throw new InvalidOperationException($"{node.Op.Name} is no product."),
    };

    /// <summary>By a Linear's weight, which has the result's columns as rows, or by a matrix as it stands.</summary>
    private static string Name(bool transposeA, bool transposeB) => (transposeB ? "Linear" : "MatMul") + (transposeA ? "OverRows" : "");

    private static string Gather(bool gathers, Size? slots) => gathers ? slots is null ? "Gather" : "GatherSlots" : "";
}
