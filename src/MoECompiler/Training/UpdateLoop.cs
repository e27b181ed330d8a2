namespace MoECompiler.Training;

/// <summary>Applies a formula to elements <paramref name="from"/> to below <paramref name="to"/>, which are a multiple of the lanes.</summary>
internal readonly unsafe struct UpdateLoop<V>(UpdateBlock block, float scale, int from, int to) : IUpdateLoop<V> where V : unmanaged, ILanes<V>
{
    public void Run<TFormula>(in TFormula formula) where TFormula : unmanaged, IUpdateFormula<V>
    {
        // Copies of one's own lie in registers.
        float* values = block.Value;
        float* gradients = block.Gradient;
        float* firstStates = block.FirstState;
        float* secondStates = block.SecondState;
        TFormula own = formula;
        V factor = V.Of(scale);
        int end = to;
        for (int i = from; i < end; i += V.Count)
        {
            V value = V.Load(values + i);
            V first = TFormula.States > 0 ? V.Load(firstStates + i) : V.Zero;
            V second = TFormula.States > 1 ? V.Load(secondStates + i) : V.Zero;
            own.Apply(V.Load(gradients + i) * factor, ref value, ref first, ref second);
            value.Store(values + i);
            if (TFormula.States > 0)
                first.Store(firstStates + i);
            if (TFormula.States > 1)
                second.Store(secondStates + i);
        }
    }
}
