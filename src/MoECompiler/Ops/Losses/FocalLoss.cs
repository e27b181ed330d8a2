namespace MoECompiler.Ops;

public static partial class GraphOps
{
    /// <summary>The least of 1 - p: of a certain row the power has a derivative all the same.</summary>
    private const float LeastDoubt = 1e-12f;

    /// <summary>alpha (1 - p)^gamma (-log p) of each row's label, p its probability: f32[..., C] and i32[...] give f32[...]; 0 for a label below 0.</summary>
    /// <remarks>Source: Lin et al., Focal Loss for Dense Object Detection, ICCV 2017.</remarks>
    public static Value FocalLoss(this GraphBuilder graph, Value logits, Value labels, float gamma, float alpha)
    {
        Value entropy = graph.Add(new CrossEntropy(), "entropy", logits, labels);
        ScalarExpression doubt = Scalar.Max(OneLessExponential(Scalar.In(0)), LeastDoubt);
        return graph.Elementwise(alpha * Power(doubt, gamma) * Scalar.In(0), [entropy], "focal");
    }

    /// <summary>1 - exp(-x), with all digits for small x: (1 + exp(-x)) tanh(x / 2).</summary>
    private static ScalarExpression OneLessExponential(ScalarExpression x) => (1f + Scalar.Exp(-x)) * Scalar.Tanh(0.5f * x);

    private static ScalarExpression Power(ScalarExpression x, float exponent) => exponent switch
    {
        0f => 1f,
        1f => x,
        2f => Scalar.Square(x),
        _ => Scalar.Exp(exponent * Scalar.Log(x)),
    };
}
