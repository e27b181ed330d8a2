namespace MoECompiler.Training;

/// <summary>sum = kept * sum + added * gradient, of a block's elements; the last goes to the gradients.</summary>
internal readonly unsafe struct AccumulateJob(UpdateBlock* blocks, float kept, float added, bool isLast) : ILaneJob
{
    public void Run<V>(int task, int thread) where V : unmanaged, ILanes<V>
    {
        ref readonly UpdateBlock block = ref blocks[task];
        int whole = block.Count - block.Count % V.Count;
        Run<V>(block, 0, whole);
        Run<Lanes1>(block, whole, block.Count);
    }

    private void Run<V>(in UpdateBlock block, int from, int to) where V : unmanaged, ILanes<V>
    {
        float* destination = isLast ? block.Gradient : block.Accumulated;
        for (int i = from; i < to; i += V.Count)
        {
            // What the sum was before its first gradient may be anything.
            V sum = kept == 0 ? V.Zero : V.Of(kept) * V.Load(block.Accumulated + i);
            V.FusedMultiplyAdd(V.Of(added), V.Load(block.Gradient + i), sum).Store(destination + i);
        }
    }
}
