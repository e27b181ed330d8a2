using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>
/// A soft mixture of experts: with L = x Φᵀ of a sequence's rows and all slots, D = softmax of L over the rows, C = softmax of L over the slots, the
/// experts compute the slots Dᵀ x, and the result is C times theirs. Source: Puigcerver et al., From Sparse to Soft Mixtures of Experts, ICLR 2024,
/// algorithm 1; with cosines as in section 2.3.
/// </summary>
internal sealed class SoftExpertsLowering : ModuleLowering
{
    /// <summary>What is added to a squared length: a row of zeroes has a cosine of 0 with everything.</summary>
    private const float Epsilon = 1e-12f;

    public override string Kind => "SoftExperts";

    public override Value Lower(ModuleContext module, EquatableArray<Value> inputs)
    {
        GraphBuilder graph = module.Graph;
        (Size width, Size experts, Size slots, Value x) = (module.Size("Width"), module.Size("Experts"), module.Size("Slots"), inputs[0]);
        if (x.Type.Rank != 3 || x.Type.Columns != width)
            throw new ShapeError($"takes sequences, f32[B, T, {width}], and is given {x.Type}");
        WholeSequences.Refuse(module, "reads whole sequences");
        (Size batch, Size all) = (x.Type.Shape[0], experts * slots);
        Value logits = graph.Reshape(Logits(module, x, all, width), [batch, x.Type.Shape[1], all], "logits");
        Value combine = graph.Softmax(logits, "combine");
        Value dispatch = graph.Softmax(graph.Add(new Transpose([0, 2, 1]), "slotLogits", logits), "dispatch");
        Value given = graph.BatchMatMul(dispatch, x, false, false, "given");

        // Rows in order of expert, as many for each: those of all sequences together.
        Value ofExpert = graph.Add(new Transpose([1, 0, 2, 3]), "ofExpert", graph.Reshape(given, [batch, experts, slots, width], "given"));
        RouterInput rows = new(graph.Reshape(ofExpert, [all * batch, width], "rows"), width, experts, Graphs.Size.One, [all * batch], null);
        Routing routing = graph.DispatchAll(graph.Reshape(given, [batch * slots, experts * width], "slots"), experts, "all");
        Value computed = RouterPartKinds.Experts.Of(module).Lower(module, new RoutedProjection(module, rows, routing, isGathered: true));
        Value back = graph.Add(new Transpose([1, 0, 2, 3]), "back", graph.Reshape(computed, [experts, batch, slots, width], "computed"));

        if (module.HasLoss)
        {
            Value shares = graph.Reshape(combine, [batch * x.Type.Shape[1], experts, slots], "shares");
            module.AddMetric("load", graph.Reduce(Reduction.Sum, shares, [0, 2], "load"));
        }
        return graph.BatchMatMul(combine, graph.Reshape(back, [batch, all, width], "results"), false, false, "y");
    }

    /// <summary>f32[B * T, Experts * Slots].</summary>
    private static Value Logits(ModuleContext module, Value x, Size slots, Size width)
    {
        GraphBuilder graph = module.Graph;
        Value rows = graph.AsRows(x);
        Value weight = module.Parameter("Slots", "slots.weight", new Initializer.Uniform(width), slots, width);
        Value products = graph.MatMul(rows, weight, transposeB: true, name: "products");
        if (!module.Flag("Normalize", otherwise: true))
            return products;
        Value scale = module.Parameter("Scale", "scale", new Initializer.Constant(1), Graphs.Size.One);
        Value ofRow = graph.Reduce(Reduction.Sum, graph.Apply(ScalarFunction.Square, rows, "squares"), [1], "ofRow", keepExtents: true);
        Value ofSlot = graph.Reduce(Reduction.Sum, graph.Apply(ScalarFunction.Square, weight, "slotSquares"), [1], "ofSlot");
        ScalarExpression cosine = Scalar.In(0) * Scalar.Rsqrt(Scalar.In(1) + Epsilon) * Scalar.Rsqrt(Scalar.In(2) + Epsilon);
        return graph.Elementwise(cosine * Scalar.In(3), [products, ofRow, ofSlot, scale], "cosines");
    }
}
