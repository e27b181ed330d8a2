using MoECompiler.Reference;

namespace MoECompiler.Ops;

public sealed partial record Attention : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        ReferenceAttention attention = new(operands, operands[3..], context.Evaluate(Heads), context.Evaluate(KvHeads), Scale, IsCausal);
        ReferenceTensor y = ReferenceTensor.New(shapes[0]), logSum = ReferenceTensor.New(shapes[1]);
        attention.ForEachQuery((sample, head, query) =>
        {
            double[] scores = [.. Enumerable.Range(0, attention.Seen(sample, query)).Select(key => attention.Score(sample, head, query, key))];
            double maximum = scores.Append(double.NegativeInfinity).Max();
            double sum = scores.Sum(score => double.IsNegativeInfinity(score) ? 0 : Math.Exp(score - maximum));
            logSum.Data[(sample * attention.Queries + query) * attention.Heads + head] = maximum + Math.Log(sum);
            for (int i = 0; i < attention.ValueSize && sum != 0; i++)
            {
                for (int key = 0; key < scores.Length; key++)
                    y.Data[attention.YAt(sample, head, query) + i] += Math.Exp(scores[key] - maximum) / sum * attention.V.Data[attention.VAt(sample, head, key) + i];
            }
        });
        return [y, logSum];
    }
}

public sealed partial record AttentionGradient : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        ReferenceAttention attention = new(operands, operands[3..^3], context.Evaluate(Heads), context.Evaluate(KvHeads), Scale, IsCausal);
        ReferenceTensor dq = ReferenceTensor.New(shapes[0]), dk = ReferenceTensor.New(shapes[1]), dv = ReferenceTensor.New(shapes[2]);
        attention.ForEachSlope(operands, (sample, head, query, key, share, slope) =>
        {
            (int q, int k) = (attention.QAt(sample, head, query), attention.KAt(sample, head, key));
            for (int i = 0; i < attention.Size; i++)
            {
                dq.Data[q + i] += attention.Scale * slope * attention.K.Data[k + i];
                dk.Data[k + i] += attention.Scale * slope * attention.Q.Data[q + i];
            }
            for (int i = 0; i < attention.ValueSize; i++)
                dv.Data[attention.VAt(sample, head, key) + i] += share * operands[^1].Data[attention.YAt(sample, head, query) + i];
        });
        return [dq, dk, dv];
    }
}

public sealed partial record AttentionBiasGradient : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        ReferenceAttention attention = new(operands, operands[3..^3], context.Evaluate(Heads), context.Evaluate(KvHeads), Scale, IsCausal);
        ReferenceTensor dBias = ReferenceTensor.New(shapes[0]);
        attention.ForEachSlope(operands, (sample, head, query, key, _, slope) => dBias.Data[attention.BiasAt(sample, head, query, key)] += slope);
        return [dBias];
    }
}

/// <summary>Which numbers of attention's operands belong together.</summary>
internal sealed class ReferenceAttention
{
    private readonly ReferenceTensor? _bias, _lengths;
    private readonly bool _isCausal;
    private readonly int _kvHeads, _samples, _keys;

    /// <param name="operands">Queries, keys and values come first.</param>
    /// <param name="more">A bias, lengths, or both.</param>
    /// <param name="heads">The heads of the queries.</param>
    /// <param name="kvHeads">The heads of keys and values.</param>
    /// <param name="scale">0: 1 / sqrt(size).</param>
    /// <param name="isCausal">Whether a query sees no later keys.</param>
    public ReferenceAttention(ReferenceTensor[] operands, ReferenceTensor[] more, int heads, int kvHeads, float scale, bool isCausal)
    {
        (Q, K, V) = (operands[0], operands[1], operands[2]);
        (_samples, Queries, _keys) = (Q.Shape[0], Q.Shape[1], K.Shape[1]);
        (Heads, _kvHeads, _isCausal) = (heads, kvHeads, isCausal);
        (Size, ValueSize) = (Q.Columns / heads, V.Columns / kvHeads);
        Scale = scale == 0 ? 1 / Math.Sqrt(Size) : scale;
        _bias = more.FirstOrDefault(static operand => operand.Rank > 1);
        _lengths = more.FirstOrDefault(static operand => operand.Rank == 1);
    }

    public ReferenceTensor Q { get; }

    public ReferenceTensor K { get; }

    public ReferenceTensor V { get; }

    public int Queries { get; }

    public int Heads { get; }

    /// <summary>The columns of a head of the queries and keys.</summary>
    public int Size { get; }

    /// <summary>The columns of a head of the values.</summary>
    public int ValueSize { get; }

    public double Scale { get; }

    public int QAt(int sample, int head, int query) => ((sample * Queries + query) * Heads + head) * Size;

    public int KAt(int sample, int head, int key) => ((sample * _keys + key) * _kvHeads + head * _kvHeads / Heads) * Size;

    public int VAt(int sample, int head, int key) => ((sample * _keys + key) * _kvHeads + head * _kvHeads / Heads) * ValueSize;

    public int YAt(int sample, int head, int query) => ((sample * Queries + query) * Heads + head) * ValueSize;

    public int BiasAt(int sample, int head, int query, int key) => (((_bias!.Rank == 4 ? sample * Heads : 0) + head) * Queries + query) * _keys + key;

    /// <summary>How many keys a query sees.</summary>
    public int Seen(int sample, int query)
    {
        int seen = _lengths is null ? _keys : (int)Math.Clamp(_lengths.Data[sample], 0, _keys);
        return _isCausal ? Math.Min(seen, query + 1) : seen;
    }

    public double Score(int sample, int head, int query, int key)
    {
        double score = _bias is null ? 0 : _bias.Data[BiasAt(sample, head, query, key)];
        for (int i = 0; i < Size; i++)
            score += Scale * Q.Data[QAt(sample, head, query) + i] * K.Data[KAt(sample, head, key) + i];
        return score;
    }

    public void ForEachQuery(Action<int, int, int> run)
    {
        for (int sample = 0; sample < _samples; sample++)
        {
            for (int head = 0; head < Heads; head++)
            {
                for (int query = 0; query < Queries; query++)
                    run(sample, head, query);
            }
        }
    }

    /// <summary>Calls <paramref name="run"/> with sample, head, query, key, the key's share P, and the slope P (dy vᵀ - level) of its score.</summary>
    public void ForEachSlope(ReferenceTensor[] operands, Action<int, int, int, int, double, double> run)
    {
        (ReferenceTensor logSum, ReferenceTensor level, ReferenceTensor dy) = (operands[^3], operands[^2], operands[^1]);
        ForEachQuery((sample, head, query) =>
        {
            int row = (sample * Queries + query) * Heads + head;
            for (int key = 0; key < Seen(sample, query) && !double.IsNegativeInfinity(logSum.Data[row]); key++)
            {
                double share = Math.Exp(Score(sample, head, query, key) - logSum.Data[row]);
                double slope = -level.Data[row];
                for (int i = 0; i < ValueSize; i++)
                    slope += dy.Data[YAt(sample, head, query) + i] * V.Data[VAt(sample, head, key) + i];
                run(sample, head, query, key, share, share * slope);
            }
        });
    }
}
