namespace MoECompiler.Training;

/// <summary>Applies a formula to elements <paramref name="from"/> to below <paramref name="to"/>, which are a multiple of the lanes.</summary>
/// <typeparam name="V">The lanes.</typeparam>
/// <typeparam name="T">What the parameter is stored as.</typeparam>
internal readonly unsafe struct UpdateLoop<V, T>(UpdateBlock block, GradientChange change, int from, int to) : IUpdateLoop<V>
    where V : unmanaged, ILanes<V>
    where T : unmanaged
{
    public void Run<TFormula>(in TFormula formula) where TFormula : unmanaged, IUpdateFormula<V>
    {
        // Copies of one's own lie in registers.
        float* masters = block.Master;
        T* stored = (T*)block.Stored;
        float* gradients = block.Gradient;
        float* firstStates = block.FirstState;
        float* secondStates = block.SecondState;
        TFormula own = formula;
        V factor = V.Of(change.Factor);
        V least = V.Of(-change.Bound);
        V greatest = V.Of(change.Bound);
        int end = to;
        for (int i = from; i < end; i += V.Count)
        {
            V value = V.Load(masters + i);
            if (typeof(T) != typeof(float))
                value = Master.Current(value, Stored.Rounded<V, T>(value), Stored.Load<V, T>(stored + i));
            V first = TFormula.States > 0 ? V.Load(firstStates + i) : V.Zero;
            V second = TFormula.States > 1 ? V.Load(secondStates + i) : V.Zero;
            own.Apply(GradientChange.Bounded(V.Load(gradients + i) * factor, least, greatest), ref value, ref first, ref second);
            value.Store(masters + i);
            if (typeof(T) != typeof(float))
                Stored.Store(value, stored + i);
            if (TFormula.States > 0)
                first.Store(firstStates + i);
            if (TFormula.States > 1)
                second.Store(secondStates + i);
        }
    }
}
