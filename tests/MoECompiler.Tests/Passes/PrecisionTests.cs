using MoECompiler.Graphs;
using MoECompiler.Ops;
using MoECompiler.Passes;
using Xunit;

namespace MoECompiler.Tests.Passes;

/// <summary>Where a graph rounds: at the other operand of each product of a 16-bit matrix, forward and backward, and nowhere else.</summary>
public class PrecisionTests
{
    private static readonly Size B = Size.Symbol("B"), N = Size.Symbol("N"), H = Size.Symbol("H"), T = Size.Symbol("T"), E = Size.Symbol("E");

    private readonly GraphBuilder _graph = new();

    private Value Parameter(string name, TensorType type) =>
        _graph.Parameter(new GraphParameter(new Value(name, type), new Initializer.Constant(0), name, IsFrozen: false));

    /// <summary>Compares the graph with its gradients after simplifying, and after fusing.</summary>
    private void Becomes(string expected, Value result, Func<Graph, Graph>? fuse = null)
    {
        _graph.Output("loss", _graph.ReduceAll(Reduction.Sum, result, "total"), OutputKind.Loss);
        Graph training = Simplify.Run(Differentiate.Run(_graph.Build("Test"), "Train"));
        Graph printed = GraphChecker.Check(fuse is null ? training : GraphChecker.Check(fuse(training)));
        Assert.Equal(expected, string.Join("\n", printed.Nodes.Where(static n => n.Op is not (Reduce or Reshape or BroadcastTo)).Select(GraphPrinter.Print)));
    }

    [Fact]
    public void MatMul_OfAStoredMatrix_RoundsWhatItIsMultipliedBy()
    {
        Value x = Parameter("x", TensorType.F32(B, N));
        Value w = Parameter("w", TensorType.BF16(H, N));
        Becomes(
            """
            xRounded: bf16[B, N] = Convert(x; To: DType.BF16)
            y: f32[B, H] = MatMul(xRounded, w; TransposeA: false, TransposeB: true)
            z: f32[B, H] = Elementwise(y; Square(In(0)))
            d_y: f32[B, H] = Elementwise(y; (Constant(2f) * In(0)))
            d_yRounded: bf16[B, H] = Convert(d_y; To: DType.BF16)
            d_xRounded: f32[B, N] = MatMul(d_yRounded, w; TransposeA: false, TransposeB: false)
            d_w: f32[H, N] = MatMul(d_yRounded, xRounded; TransposeA: true, TransposeB: false)
            """, _graph.Apply(ScalarFunction.Square, _graph.MatMul(x, w, transposeB: true, name: "y"), "z"));
    }

    [Fact]
    public void MatMul_WhoseRoundingIsFused_StoresWhatIsMultiplied()
    {
        Value x = _graph.Input("x", TensorType.F32(B, N));
        Value w = Parameter("w", TensorType.F16(H, N));
        Value v = Parameter("v", TensorType.F16(N, H));
        Value hidden = _graph.Apply(ScalarFunction.Exp, _graph.MatMul(x, w, transposeB: true, name: "p"), "hidden");
        _graph.Output("y", _graph.MatMul(hidden, v, transposeB: true, name: "y"), OutputKind.Result);
        Graph fused = GraphChecker.Check(Fuse.Run(Simplify.Run(_graph.Build("Forward"))));
        Assert.Equal(
            """
            xRounded: f16[B, N] = Convert(x; To: DType.F16)
            hiddenRounded: f16[B, H] = MatMul(xRounded, w; TransposeA: false, TransposeB: true, Epilogue: Exp(In(0)), Result: DType.F16)
            y: f32[B, N] = MatMul(hiddenRounded, v; TransposeA: false, TransposeB: true)
            """, string.Join("\n", fused.Nodes.Select(GraphPrinter.Print)));
    }

    [Fact]
    public void GroupedMatMul_OfStoredMatrices_RoundsRowsAndSlopes()
    {
        Value x = Parameter("x", TensorType.F32(T, N));
        Value w = Parameter("w", TensorType.BF16(E, H, N));
        Value order = _graph.Input("order", TensorType.I32(T)), offsets = _graph.Input("offsets", TensorType.I32(E + 1));
        Becomes(
            """
            xRounded: bf16[T, N] = Convert(x; To: DType.BF16)
            y: f32[T, H] = GroupedMatMul(xRounded, w, order, offsets; GatherRows: true, TransposeB: true)
            z: f32[T, H] = Elementwise(y; Square(In(0)))
            d_yRounded: bf16[T, H] = Elementwise(y; (Constant(2f) * In(0)), Result: DType.BF16)
            d_xRounded: f32[T, N] = GroupedMatMul(d_yRounded, w, order, offsets; GatherRows: false, TransposeB: false)
            d_xRounded2: f32[T, N] = SumRows(d_xRounded, order; Tokens: T)
            d_w: f32[E, H, N] = GroupedWeightGradient(xRounded, d_yRounded, order, offsets; GatherRows: true, TransposeB: true)
            """,
            _graph.Apply(ScalarFunction.Square, _graph.GroupedMatMul(x, w, order, offsets, gatherRows: true, transposeB: true, "y"), "z"),
            Fuse.Run);
    }

    [Fact]
    public void Gather_OfAStoredTable_WidensAndItsGradientIsWide()
    {
        Value table = Parameter("table", TensorType.F16(N, H));
        Value ids = _graph.Input("ids", TensorType.I32(B));
        Becomes(
            """
            rows: f32[B, H] = Gather(table, ids)
            z: f32[B, H] = Elementwise(rows; Exp(In(0)))
            d_table: f32[N, H] = ScatterRows(ids, z; Rows: N)
            """, _graph.Apply(ScalarFunction.Exp, _graph.Add(new Gather(), "rows", table, ids), "z"));
    }

    [Fact]
    public void MatMul_OfUnlikeOperands_IsAnError()
    {
        Value x = _graph.Input("x", TensorType.F32(B, N)), w = _graph.Input("w", TensorType.BF16(N, H));
        ShapeError error = Assert.Throws<ShapeError>(() => _graph.Add(new MatMul(), "y", x, w));
        Assert.Equal("MatMul takes floats of one type and is given f32[B, N] and bf16[N, H]", error.Message);
    }
}
