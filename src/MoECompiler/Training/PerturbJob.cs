namespace MoECompiler.Training;

/// <summary>Moves the elements of a block along a random direction, some at a time: as many numbers of the direction are ever there.</summary>
internal readonly unsafe struct PerturbJob(UpdateBlock* blocks, Perturbation perturbation) : ILaneJob
{
    public void Run<V>(int task, int thread) where V : unmanaged, ILanes<V>
    {
        ref readonly UpdateBlock block = ref blocks[task];
        if (block.Type == ElementType.Float16)
            Run<V, Half>(block);
        else if (block.Type == ElementType.BFloat16)
            Run<V, BFloat16>(block);
        else
            Run<V, float>(block);
    }

    private void Run<V, T>(in UpdateBlock block) where V : unmanaged, ILanes<V> where T : unmanaged
    {
        float* direction = stackalloc float[Distributions.Chunk];
        RandomState random = perturbation.Random.At(block.Parameter);
        for (int at = 0; at < block.Count; at += Distributions.Chunk)
        {
            int count = Math.Min(Distributions.Chunk, block.Count - at);
            Distributions.FillChunk<V>(NoiseKind.Normal, random, Perturbation.Site, block.First + at, direction, count);
            int whole = count - count % V.Count;
            Move<V, T>(block, at, direction, 0, whole);
            Move<Lanes1, T>(block, at, direction, whole, count);
        }
    }

    private void Move<V, T>(in UpdateBlock block, int at, float* direction, int from, int to) where V : unmanaged, ILanes<V> where T : unmanaged
    {
        Perturbation.Formula<V> formula = perturbation.FormulaOf<V>(block.LearningRateFactor, block.WeightDecay);
        float* masters = block.Master + at;
        T* stored = (T*)block.Stored + at;
        for (int i = from; i < to; i += V.Count)
        {
            V z = V.Load(direction + i);
            V value = V.Load(masters + i);
            if (typeof(T) == typeof(float))
            {
                formula.Move(formula.Update(formula.Restore(value, z), z), z).Store(masters + i);
                continue;
            }
            // The copy stays where the parameter is; what is stored moves.
            if (perturbation.From == 0)
                value = Master.Current(value, Stored.Rounded<V, T>(value), Stored.Load<V, T>(stored + i));
            value = formula.Update(value, z);
            value.Store(masters + i);
            Stored.Store(formula.Move(value, z), stored + i);
        }
    }
}
