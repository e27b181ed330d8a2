namespace MoECompiler;

/// <summary>What the outputs of a weight's product are multiplied by, declared by <see cref="Ia3Attribute{TModel}">[Ia3&lt;TModel&gt;]</see>.</summary>
public sealed class Ia3Gains(Parameter weight, Parameter gains)
    : AdaptedWeight(weight, gains.Extents.Rows, checked((int)(weight.Count / gains.Count)))
{
    /// <summary>f32[Groups..., Out].</summary>
    public Parameter Gains { get; } = gains;

    /// <exception cref="InvalidOperationException">A number is 0: what it multiplied could not be restored.</exception>
    internal override RowChange Change()
    {
        float[] gains = Gains.Value.ToArray();
        int zero = gains.IndexOf(0);
        return zero < 0
            ? new GainChange(gains)
            : throw new InvalidOperationException($"{Gains.Path} is 0 at {zero}: a row that is multiplied by it could not be restored.");
    }

    private sealed class GainChange(float[] gains) : RowChange
    {
        public override bool IsSum => false;

        public override void PutIn(long row, Span<float> elements) => Multiply(elements, gains[row]);

        public override void TakeOut(long row, Span<float> elements) => Multiply(elements, 1.0 / gains[row]);
    }
}
