using MoECompiler.Adapters;

namespace MoECompiler;

/// <summary>The trained parameters of a weight's change, declared by <see cref="DoraAttribute{TModel}">[Dora&lt;TModel&gt;]</see>.</summary>
public sealed class DoraFactors(Parameter weight, float Scale, bool IsRankStabilized, Parameter a, Parameter b, Parameter magnitude)
    : AdaptedWeight(weight, magnitude.Extents.Rows, a.Extents.Columns), IPeftParameters
{
    /// <summary>f32[Groups..., Rank, In].</summary>
    public Parameter A { get; } = a;

    /// <summary>f32[Groups..., Out, Rank].</summary>
    public Parameter B { get; } = b;

    /// <summary>f32[Groups..., Out]: how far the norm of each row is from that of the model's.</summary>
    public Parameter Magnitude { get; } = magnitude;

    Parameter? IPeftParameters.Magnitude => Magnitude;

    PeftForm IPeftParameters.Form => new(B.Extents.Columns, Scale, IsRankStabilized, IsDora: true);

    internal override RowChange Change() => new DoraChange(
        new LowRankChange(A.Value.ToArray(), B.Value.ToArray(), B.Extents.Columns, In, Out, Scale), Magnitude.Value.ToArray());

    /// <summary>W + scale * B A, and each row as long as the adapter makes it.</summary>
    private sealed class DoraChange(LowRankChange sum, float[] magnitude) : RowChange
    {
        private readonly double[] _gains = new double[magnitude.Length];

        public override bool IsSum => false;

        public override void PutIn(long row, Span<float> elements)
        {
            double before = Norm(elements);
            sum.PutIn(row, elements);
            _gains[row] = (before + magnitude[row]) / Norm(elements);
            // A row that has become 0 could not be taken out again.
            if (_gains[row] == 0)
                throw new InvalidOperationException($"A magnitude is 0 in row {row}: what was there could not be restored.");
            Multiply(elements, _gains[row]);
        }

        public override void TakeOut(long row, Span<float> elements)
        {
            Multiply(elements, 1 / _gains[row]);
            sum.TakeOut(row, elements);
        }

        private static double Norm(ReadOnlySpan<float> elements)
        {
            double sum = 0;
            foreach (float element in elements)
                sum += (double)element * element;
            return Math.Sqrt(Math.Max(sum, Dora.LeastSquare));
        }
    }
}
