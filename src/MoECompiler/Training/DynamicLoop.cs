namespace MoECompiler.Training;

/// <summary>Applies a formula to a block of elements whose state is stored in 8 bits: decoded, updated in 32 bits and encoded again.</summary>
/// <typeparam name="V">The lanes.</typeparam>
/// <typeparam name="T">What the parameter is stored as.</typeparam>
internal readonly unsafe struct DynamicLoop<V, T>(UpdateBlock block, GradientChange change) : IUpdateLoop<V>
    where V : unmanaged, ILanes<V>
    where T : unmanaged
{
    public void Run<TFormula>(in TFormula formula) where TFormula : unmanaged, IUpdateFormula<V>
    {
        const int size = DynamicCodes.Block;
        // Values, gradients, and two kinds of state; what is past the end of the parameter stays 0 and is not stored.
        float* values = stackalloc float[4 * size];
        float* gradients = values + size;
        float* first = gradients + size;
        float* second = first + size;
        TFormula own = formula;
        V factor = V.Of(change.Factor);
        V least = V.Of(-change.Bound);
        V greatest = V.Of(change.Bound);
        for (int at = 0; at < block.Count; at += size)
        {
            int count = Math.Min(size, block.Count - at);
            new ReadOnlySpan<float>(block.Gradient + at, count).CopyTo(new Span<float>(gradients, count));
            if (TFormula.States > 0)
                block.FirstDynamic.Decode(at, first, count);
            if (TFormula.States > 1)
                block.SecondDynamic.Decode(at, second, count);
            ReadValues(values, at, count);
            for (int i = 0; i < size; i += V.Count)
            {
                V value = V.Load(values + i);
                V one = V.Load(first + i);
                V other = V.Load(second + i);
                own.Apply(GradientChange.Bounded(V.Load(gradients + i) * factor, least, greatest), ref value, ref one, ref other);
                value.Store(values + i);
                one.Store(first + i);
                other.Store(second + i);
            }
            new ReadOnlySpan<float>(values, count).CopyTo(new Span<float>(block.Master + at, count));
            if (typeof(T) != typeof(float))
                Stored.Round(values, (T*)block.Stored + at, count);
            if (TFormula.States > 0)
                block.FirstDynamic.Encode(at, first, count);
            if (TFormula.States > 1)
                block.SecondDynamic.Encode(at, second, count);
        }
    }

    private void ReadValues(float* values, int at, int count)
    {
        float* masters = block.Master + at;
        if (typeof(T) == typeof(float))
        {
            new ReadOnlySpan<float>(masters, count).CopyTo(new Span<float>(values, count));
            return;
        }
        T* stored = (T*)block.Stored + at;
        for (int i = 0; i < count; i++)
        {
            Lanes1 master = Lanes1.Load(masters + i);
            Master.Current(master, Stored.Rounded<Lanes1, T>(master), Stored.Load<Lanes1, T>(stored + i)).Store(values + i);
        }
    }
}
