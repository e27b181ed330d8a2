using MoECompiler.Data;

namespace MoECompiler.Training;

/// <summary>The share of rows whose greatest score is that of their class.</summary>
/// <param name="result">A result of the model, f32[B, classes]: scores, of which the greatest wins and of equal ones the first.</param>
/// <param name="target">An input of the model, i32[B]: the class of each row.</param>
/// <param name="name">The metric in reports.</param>
public sealed class Accuracy(string result, string target, string name = "accuracy") : EvaluationMetric
{
    private long _right;
    private long _rows;

    public override string Name { get; } = name;

    public override double Value => _rows == 0 ? double.NaN : _right / (double)_rows;

    public override void Reset() => _right = _rows = 0;

    public override void Add(Batch batch, Batch results)
    {
        View<float> scores = results.Float(result);
        ReadOnlySpan<int> classes = batch.Integer(target).Span;
        if (scores.Rows != classes.Length)
            throw new ShapeException($"{Name} compares {result} {scores} with {target} i32[{classes.Length}]: one class a row is needed.");
        int columns = scores.Columns;
        for (int row = 0; row < classes.Length; row++)
        {
            if (IndexOfGreatest(scores.Span.Slice(row * columns, columns)) == classes[row])
                _right++;
        }
        _rows += classes.Length;
    }

    /// <summary>-1 for a row of NaN, which is right about nothing.</summary>
    private static int IndexOfGreatest(ReadOnlySpan<float> scores)
    {
        int best = -1;
        float greatest = float.NegativeInfinity;
        for (int i = 0; i < scores.Length; i++)
        {
            if (scores[i] > greatest)
                (best, greatest) = (i, scores[i]);
        }
        return best;
    }
}
