using MoECompiler.Data;
using MoECompiler.Training;

namespace MultiTask;

/// <summary>
/// The area under the receiver operating characteristic: the chance that a row with target 1 is scored above one with target 0, ties
/// counted half.
/// </summary>
internal sealed class RankedAuc(string result, string target, string name) : EvaluationMetric
{
    private readonly List<(float Score, bool IsPositive)> _rows = [];

    public override string Name { get; } = name;

    public override double Value
    {
        get
        {
            _rows.Sort(static (a, b) => a.Score.CompareTo(b.Score));
            double ranks = 0;
            long positives = 0;
            for (int first = 0; first < _rows.Count;)
            {
                int next = first;
                while (next < _rows.Count && _rows[next].Score == _rows[first].Score)
                    next++;
                int tied = _rows.GetRange(first, next - first).Count(static row => row.IsPositive);
                ranks += tied * ((first + 1 + next) / 2.0);
                positives += tied;
                first = next;
            }
            long negatives = _rows.Count - positives;
            return (ranks - positives * (positives + 1) / 2.0) / (positives * (double)negatives);
        }
    }

    public override void Reset() => _rows.Clear();

    public override void Add(Batch batch, Batch results)
    {
        ReadOnlySpan<float> scores = results.Float(result).Span;
        ReadOnlySpan<float> targets = batch.Float(target).Span;
        for (int row = 0; row < scores.Length; row++)
            _rows.Add((scores[row], targets[row] > 0.5f));
    }
}
