using MoECompiler.Generators.Emission;
using MoECompiler.Generators.Emission.Gpu;
using MoECompiler.Generators.Tests.Support;
using MoECompiler.Graphs;
using MoECompiler.Ops;
using Xunit;

namespace MoECompiler.Generators.Tests.Emission;

/// <summary>
/// The kernels of products of every kind. The tests of the GPU assembly compile the very file that is kept here, and compare what its
/// kernels compute with the definitions.
/// </summary>
public class ProductSnapshotTests
{
    private readonly ProductTable _products = new(new HashSet<string>(StringComparer.Ordinal), static name => 40);

    [Fact]
    public void Products_OfEachKind_AreWhatIsEmitted()
    {
        ScalarExpression sum = Scalar.In(0);
        foreach ((bool a, bool b) in (ReadOnlySpan<(bool, bool)>)[(false, false), (false, true), (true, false), (true, true)])
        {
            if (!a || !b)
            {
                // Sizes that each form of a tile suits best.
                foreach ((int rows, int columns) in (ReadOnlySpan<(int, int)>)[(64, 64), (2_000, 2_000), (1_000, 1_000), (9_000, 32), (9_000, 16)])
                    MatMul(a, b, rows, columns);
            }
            Call(new BatchMatMul(a, b), Matrix(a, 30, 32), Matrix(b, 32, 30));
            Call(new GroupedMatMul(GatherRows: a, TransposeB: b), F32(a ? 50 : 100, 32), Weights(b), I32(100), I32(9));
            CallUnsorted(new GroupedMatMul(GatherRows: a, TransposeB: b), F32(a ? 50 : 100, 32), Weights(b), I32(100), I32(9));
            if (!a)
                CallCombine(new GroupedMatMul(GatherRows: false, TransposeB: b), F32(100, 32), Weights(b), I32(100), I32(9));
            Call(new GroupedWeightGradient(GatherRows: a, TransposeB: b), F32(a ? 50 : 100, 32), F32(100, 30), I32(100), I32(9));
        }
        Call(new GroupedMatMul(true, true), F32(20_000, 32), F32(8, 64, 32), I32(40_000), I32(9));

        Call(new MatMul(TransposeB: true, Epilogue: Scalar.Relu(sum + Scalar.In(1))), F32(60, 32), F32(30, 32), F32(30));
        ScalarExpression all = Scalar.Tanh(sum * Scalar.In(1) + Scalar.In(2)) - Scalar.In(3) / Scalar.In(4) * Scalar.Extent(Size.Symbol("Width"));
        Call(new MatMul(Epilogue: all), F32(60, 32), F32(32, 30), F32(60, 1), F32(30), F32(60, 30), F32(1));
        GroupedMatMul grouped = new(true, true, Scalar.Exp(sum) + Scalar.In(1));
        Call(grouped, F32(50, 32), F32(8, 30, 32), I32(100), I32(9), F32(100, 30));
        CallUnsorted(grouped, F32(50, 32), F32(8, 30, 32), I32(100), I32(9), F32(100, 30));

        SourceWriter writer = SourceHeader.Begin(
            "MoECompiler.Gpu.Tests", ["System", "System.Diagnostics.CodeAnalysis", "global::ILGPU", "global::ILGPU.Runtime", "global::MoECompiler"],
            "Products of every kind, as ProductSnapshotTests has them emitted.");
        writer.Open("internal static class EmittedProducts");
        _products.Emit(writer);
        Snapshot.Matches("Products", new Dictionary<string, string> { ["EmittedProducts.g.cs"] = writer.Close().ToString() });
    }

    private void MatMul(bool transposeA, bool transposeB, int rows, int columns) => Call(
        new MatMul(transposeA, transposeB), Matrix(transposeA, rows, 32), Matrix(transposeB && !transposeA, 32, columns));

    private void Call(Op op, params TensorType[] operands) => _products.Call(Node(op, operands), static value => value.Name);

    private void CallUnsorted(Op op, params TensorType[] operands) => _products.CallUnsorted(Node(op, operands), static value => value.Name, "experts");

    private void CallCombine(Op op, params TensorType[] operands)
    {
        Node down = Node(op, operands);
        GraphBuilder graph = new();
        graph.Add(new Combine(), "y", graph.Input("rows", down.Result.Type), graph.Input("weights", F32(50, 2)), graph.Input("position", TensorType.I32(50, 2)), graph.Input("order", I32(100)));
        _products.CallUnsortedCombine(down, graph.Nodes[0], static value => value.Name, "experts");
    }

    private static Node Node(Op op, TensorType[] operands)
    {
        GraphBuilder graph = new();
        graph.AddNode(op, ["fitted"], [.. operands.Select((type, i) => graph.Input($"x{i}", type))]);
        return graph.Nodes[0];
    }

    private static TensorType Matrix(bool transposed, int rows, int columns) => transposed ? F32(columns, rows) : F32(rows, columns);

    private static TensorType Weights(bool transposed) => transposed ? F32(8, 30, 32) : F32(8, 32, 30);

    private static TensorType F32(params int[] shape) => TensorType.F32([.. shape.Select(static e => Size.Of(e))]);

    private static TensorType I32(int count) => TensorType.I32(count);
}
