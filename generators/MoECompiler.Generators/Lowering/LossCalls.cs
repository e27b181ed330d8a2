using MoECompiler.Generators.Parsing;

namespace MoECompiler.Generators.Lowering;

/// <summary>The losses among the methods of Tensor, each with the ops that it stands for.</summary>
internal static class LossCalls
{
    private static readonly Dictionary<string, Func<TensorArguments, Value>> s_rules = new(StringComparer.Ordinal)
    {
        ["CrossEntropy"] = CrossEntropy,
        ["FocalLoss"] = static call => call.Graph.FocalLoss(call.Tensor(0), Labels(call), call.Number("gamma"), call.Number("alpha")),
        ["LogProbability"] = static call => call.Graph.Elementwise(
            -Scalar.In(0), [call.Graph.Add(new CrossEntropy(), "entropy", call.Tensor(0), Labels(call))], "logProbability"),
        ["BinaryCrossEntropy"] = static call => call.Graph.Elementwise(
            Scalar.Softplus(Scalar.In(0)) - Scalar.In(0) * Scalar.In(1), [call.Tensor(0), call.TensorLike("targets")], "entropy"),
        ["SquaredError"] = static call => call.Graph.Elementwise(
            Scalar.Square(Scalar.In(0) - Scalar.In(1)), [call.Tensor(0), call.TensorLike("targets")], "error"),
        ["DirectPreferenceLoss"] = static call => call.Graph.DirectPreferenceLoss(
            call.Tensor(0), call.FloatLike("rejected"), call.FloatLike("reference"), call.FloatLike("referenceRejected"), call.Number("beta"), call.Number("smoothing")),
        ["OddsRatioLoss"] = static call => call.Graph.OddsRatioLoss(call.Tensor(0), call.FloatLike("rejected")),
        ["PolicyLoss"] = static call => call.Graph.PolicyLoss(call.Tensor(0), call.FloatLike("old"), call.FloatLike("advantages"), call.Number("clip")),
        ["ValueLoss"] = static call => call.Graph.ValueLoss(call.Tensor(0), call.FloatLike("old"), call.FloatLike("returns"), call.Number("clip")),
        ["DistillationLoss"] = static call => call.Graph.DistillationLoss(
            call.Tensor(0), Labels(call), call.FloatLike("teacher"), call.Number("share"), call.Number("temperature")),
        ["Entropy"] = static call => call.Graph.Entropy(call.Tensor(0)),
        ["KlDivergence"] = static call => call.Graph.KlDivergence(call.Tensor(0), call.FloatLike("others")),
        ["KlEstimate"] = static call => call.Graph.KlEstimate(call.Tensor(0), call.FloatLike("reference")),
    };

    public static Func<TensorArguments, Value>? Find(string method) => s_rules.TryGetValue(method, out Func<TensorArguments, Value>? rule) ? rule : null;

    private static Value CrossEntropy(TensorArguments call)
    {
        Value entropy = call.Graph.Add(new CrossEntropy(call.Number("smoothing")), "entropy", call.Tensor(0), Labels(call));
        return call.Has("weights") ? call.Graph.Multiply(entropy, call.Float(call.Tensor("weights", entropy.Type)), "weighted") : entropy;
    }

    /// <summary>One for each row of logits.</summary>
    private static Value Labels(TensorArguments call)
    {
        TensorType logits = call.Tensor(0).Type;
        return call.Tensor("labels", new(DType.I32, logits.Shape.Take(Math.Max(0, logits.Rank - 1)).ToEquatable()));
    }
}
