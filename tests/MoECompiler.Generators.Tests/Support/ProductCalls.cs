using MoECompiler.Generators.Emission;
using MoECompiler.Generators.Emission.Gpu;
using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Generators.Tests.Support;

/// <summary>Calls of products, for which their kernels are emitted.</summary>
/// <param name="products">Takes them.</param>
/// <param name="stored">What matrices are stored in.</param>
internal sealed class ProductCalls(ProductTable products, DType stored)
{
    public ProductCalls(DType stored = DType.F32) : this(new ProductTable(new HashSet<string>(StringComparer.Ordinal), static name => 40), stored)
    {
    }

    /// <summary>Calls that the same class takes, of matrices stored otherwise.</summary>
    public ProductCalls Of(DType other) => new(products, other);

    /// <summary>The class with all kernels.</summary>
    public string Emit(string name, string title)
    {
        SourceWriter writer = SourceHeader.Begin(
            "MoECompiler.Gpu.Tests", ["System", "System.Diagnostics.CodeAnalysis", "global::ILGPU", "global::ILGPU.Runtime", "global::MoECompiler"], title);
        writer.Open($"internal static class {name}");
        products.Emit(writer);
        return writer.Close().ToString();
    }

    public void MatMul(bool transposeA, bool transposeB, int rows, int columns) => Call(
        new MatMul(transposeA, transposeB), Matrix(transposeA, rows, 32), Matrix(transposeB && !transposeA, 32, columns));

    public void Call(Op op, params TensorType[] operands) => products.Call(Node(op, operands), static value => value.Name);

    public void CallUnsorted(Op op, params TensorType[] operands) => products.CallUnsorted(Node(op, operands), static value => value.Name, "experts");

    public void CallCombine(Op op, params TensorType[] operands)
    {
        Node down = Node(op, operands);
        GraphBuilder graph = new();
        graph.Add(new Combine(), "y", graph.Input("rows", down.Result.Type), graph.Input("weights", F32(50, 2)), graph.Input("position", TensorType.I32(50, 2)), graph.Input("order", I32(100)));
        products.CallUnsortedCombine(down, graph.Nodes[0], static value => value.Name, "experts");
    }

    public TensorType Matrix(bool transposed, int rows, int columns) => transposed ? Stored(columns, rows) : Stored(rows, columns);

    public TensorType Weights(bool transposed) => transposed ? Stored(8, 30, 32) : Stored(8, 32, 30);

    public TensorType Stored(params int[] shape) => F32(shape).As(stored);

    public static TensorType F32(params int[] shape) => TensorType.F32([.. shape.Select(static e => Size.Of(e))]);

    public static TensorType I32(int count) => TensorType.I32(count);

    private static Node Node(Op op, TensorType[] operands)
    {
        GraphBuilder graph = new();
        graph.AddNode(op, ["fitted"], [.. operands.Select((type, i) => graph.Input($"x{i}", type))]);
        return graph.Nodes[0];
    }
}
