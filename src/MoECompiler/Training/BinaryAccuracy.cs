using MoECompiler.Data;

namespace MoECompiler.Training;

/// <summary>The share of rows whose score has the sign of their class: above 0 for yes.</summary>
/// <param name="result">A result of the model, f32[B] or f32[B, 1]: logits.</param>
/// <param name="target">An input of the model with as many elements, f32: 1 for yes and 0 for no.</param>
/// <param name="name">The metric in reports.</param>
public sealed class BinaryAccuracy(string result, string target, string name = "accuracy") : EvaluationMetric
{
    private long _right;
    private long _rows;

    public override string Name { get; } = name;

    public override double Value => _rows == 0 ? double.NaN : _right / (double)_rows;

    public override void Reset() => _right = _rows = 0;

    public override void Add(Batch batch, Batch results)
    {
        View<float> scores = results.Float(result);
        View<float> classes = batch.Float(target);
        if (scores.Count != classes.Count)
            throw new ShapeException($"{Name} compares {result} {scores} with {target} {classes}: as many elements are needed.");
        for (int row = 0; row < (int)scores.Count; row++)
        {
            float score = scores.Span[row];
            if (classes.Span[row] > 0.5f ? score > 0 : score <= 0)
                _right++;
        }
        _rows += scores.Count;
    }
}
