namespace MoECompiler.Ops;

public static partial class GraphOps
{
    /// <summary>
    /// (1 - share) CE(x, label) + share t^2 KL(softmax(teacher / t), softmax(x / t)) of each row: f32[..., C], i32[...] and f32[..., C] give f32[...].
    /// </summary>
    /// <remarks>
    /// Source: Hinton et al., Distilling the Knowledge in a Neural Network, 2015; from a mixture of experts to a dense model with a share of 0.25, Fedus
    /// et al., Switch Transformers, JMLR 2022.
    /// </remarks>
    public static Value DistillationLoss(this GraphBuilder graph, Value logits, Value labels, Value teacher, float share, float temperature)
    {
        Value entropy = graph.Add(new CrossEntropy(), "entropy", logits, labels);
        Value Cooled(Value x, string name) => temperature == 1 ? x : graph.Scale(x, 1 / temperature, name);
        Value divergence = graph.KlDivergence(Cooled(teacher, "cooledTeacher"), Cooled(logits, "cooled"));
        return graph.Elementwise((1 - share) * Scalar.In(0) + share * temperature * temperature * Scalar.In(1), [entropy, divergence], "distillation");
    }
}
