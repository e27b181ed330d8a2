using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>
/// With P = softmax(q kᵀ / sqrt(D) + bias) over the known points and u_ij = (r_i - r_j) / (|r_i - r_j| + 1e-5):
/// y_ic = b_c + sum over heads h and j of P_hij u_ijc (w_ch · v_jh). As w_c is linear it is taken of the values first, which makes three numbers
/// a head of them. Source: Wu et al., Structure-Enhanced Protein Instruction Tuning, KDD 2025, and its code.
/// </summary>
internal sealed class PositionHeadLowering : ModuleLowering
{
    /// <summary>The score of a point that is not known: its share is 0, and where none is known there are shares nevertheless.</summary>
    private const float Unseen = -1e9f;

    /// <summary>What is added to a distance.</summary>
    private const float Epsilon = 1e-5f;

    public override string Kind => "PositionHead";

    public override Value Lower(ModuleContext module, EquatableArray<Value> inputs)
    {
        (GraphBuilder graph, Size width, Size heads) = (module.Graph, module.Size("Width"), module.Size("Heads"));
        (Value x, Value bias) = (inputs[0], inputs[1]);
        if (x.Type.Rank != 3 || x.Type.Columns != width)
            throw new ShapeError($"takes f32[B, S, {width}] and is given {x.Type}");
        PointPairs pairs = new(graph, inputs[2], inputs[3]);
        (Size batch, Size count) = (pairs.Batch, pairs.Count);
        if (x.Type != TensorType.F32(batch, count, width))
            throw new ShapeError($"takes as many rows as points, f32[{batch}, {count}, {width}], and is given {x.Type}");
        if (bias.Type != TensorType.F32(batch, heads, count, count))
            throw new ShapeError($"takes a bias for each pair, f32[{batch}, {heads}, {count}, {count}], and is given {bias.Type}");

        Value shares = Shares(module, x, bias, pairs);
        Value inverse = pairs.InverseDistances(Epsilon);
        Value[] numbers = Numbers(module, x, pairs);
        Value[] axes = new Value[3];
        for (int axis = 0; axis < axes.Length; axis++)
        {
            Value paid = graph.Reduce(Reduction.Sum, graph.Multiply(shares, numbers[axis % numbers.Length], "ofHead"), [1], "paid");
            Value sum = graph.Reduce(Reduction.Sum, pairs.Differences(axis, inverse, paid), [2], "sum");
            axes[axis] = graph.Reshape(sum, [Graphs.Size.One, batch, count], "axis");
        }
        Value vectors = graph.Add(new Transpose([1, 2, 0]), "vectors", graph.Joined(axes, "axes"));
        if (module.Flag("Equivariant"))
            return vectors;
        Value axesBias = module.Parameter("AxesBias", "axes.bias", new Initializer.Uniform(width), Graphs.Size.Of(3));
        return graph.Elementwise(Scalar.Select(Scalar.In(0), Scalar.In(1) + Scalar.In(2), 0f), [pairs.KnownRows, vectors, axesBias], "y");
    }

    /// <summary>f32[B, Heads, S, S].</summary>
    private static Value Shares(ModuleContext module, Value x, Value bias, PointPairs pairs)
    {
        (GraphBuilder graph, Size width, Size heads) = (module.Graph, module.Size("Width"), module.Size("Heads"));
        Value q = OfHeads(Project(module, "Query", "q", x)), k = OfHeads(Project(module, "Key", "k", x));
        Value known = graph.Reshape(pairs.Known, [pairs.Batch, Graphs.Size.One, Graphs.Size.One, pairs.Count], "knownColumns");
        ScalarExpression score = Scalar.In(1) * Scalar.Rsqrt(Scalar.Extent(width / heads)) + Scalar.In(2);
        return graph.Softmax(
            graph.Elementwise(Scalar.Select(Scalar.In(0), score, Unseen), [known, graph.BatchMatMul(q, k, false, true, "products"), bias], "scores"), "shares");

        Value OfHeads(Value value) =>
            graph.Add(new Transpose([0, 2, 1, 3]), value.Name, graph.Reshape(value, [pairs.Batch, pairs.Count, heads, width / heads], value.Name));
    }

    /// <summary>What each head's value of a point is to an axis: f32[B, Heads, 1, S] for each, or one for all.</summary>
    private static Value[] Numbers(ModuleContext module, Value x, PointPairs pairs)
    {
        (GraphBuilder graph, Size width, Size heads) = (module.Graph, module.Size("Width"), module.Size("Heads"));
        int axes = module.Flag("Equivariant") ? 1 : 3;
        Value weight = module.Parameter("Axes", "axes.weight", new Initializer.Uniform(width), Graphs.Size.Of(axes), width);
        Value values = graph.Reshape(Project(module, "Value", "v", x), [pairs.Batch * pairs.Count, heads, width / heads], "values");
        Value ofHeads = graph.BatchMatMul(
            graph.Add(new Transpose([1, 0, 2]), "values", values),
            graph.Add(new Transpose([1, 0, 2]), "weights", graph.Reshape(weight, [Graphs.Size.Of(axes), heads, width / heads], "weights")),
            false, true, "numbers");
        Value ofAxes = graph.Add(
            new Transpose([3, 1, 0, 2]), "numbers", graph.Reshape(ofHeads, [heads, pairs.Batch, pairs.Count, Graphs.Size.Of(axes)], "numbers"));
        EquatableArray<Value> parts = axes == 1
            ? [ofAxes]
            : graph.AddNode(new Split([Graphs.Size.One, Graphs.Size.One, Graphs.Size.One]), ["ofX", "ofY", "ofZ"], [ofAxes]);
        return [.. parts.Select(part => graph.Reshape(part, [pairs.Batch, heads, Graphs.Size.One, pairs.Count], part.Name))];
    }

    private static Value Project(ModuleContext module, string name, string letter, Value x)
    {
        Size width = module.Size("Width");
        Value weight = module.Matrix(name, $"{letter}_proj.weight", new Initializer.Uniform(width), width, width);
        Value bias = module.Parameter($"{name}Bias", $"{letter}_proj.bias", new Initializer.Uniform(width), width);
        return module.Graph.Add(module.Graph.MatMul(x, weight, transposeB: true, name: name.ToLowerInvariant()), bias, name.ToLowerInvariant());
    }
}
