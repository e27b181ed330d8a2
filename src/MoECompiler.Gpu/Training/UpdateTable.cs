namespace MoECompiler.Training;

/// <summary>
/// All trained parameters, cut into chunks, those with the same settings side by side: one launch serves a whole model, or one for each
/// kind of group where groups have settings of their own, and for each type that parameters are stored as.
/// </summary>
internal sealed class UpdateTable : IDisposable
{
    /// <summary>Elements that a thread of a GPU updates.</summary>
    private const int ElementsAThread = 16;

    /// <summary>Elements that a processor's core takes at a time.</summary>
    private const int ElementsACore = 16_384;

    private readonly Buffer _memory;

    public UpdateTable(GpuDevice gpu, IReadOnlyList<TrainedParameter> trained)
    {
        Values = Whole(trained[0].Parameter.Stored.Buffer);
        Gradients = Whole(trained[0].Parameter.Gradient.Buffer);
        // Without state a launch still takes a view.
        States = trained.SelectMany(static item => item.Kept).Select(static kept => Whole(kept.Value.Buffer)).FirstOrDefault(Values);

        int size = gpu.Traits.IsProcessor ? ElementsACore : gpu.Traits.ElementGroup * ElementsAThread;
        List<UpdateChunk> chunks = [];
        List<UpdateSection> sections = [];
        foreach (IGrouping<(double, double, ElementType), TrainedParameter> alike in trained.GroupBy(
            static item => (item.LearningRateFactor, item.WeightDecay, item.Parameter.ElementType)))
        {
            int first = chunks.Count;
            foreach (TrainedParameter item in alike)
            {
                for (long at = 0; at < item.Parameter.Count; at += size)
                    chunks.Add(Cut(item, at, size));
            }
            (double factor, double decay, ElementType type) = alike.Key;
            sections.Add(new UpdateSection(factor, decay, type, first, chunks.Count - first, alike.Sum(static item => item.Parameter.Count)));
        }
        Sections = [.. sections];
        Count = sections.Sum(static section => section.Elements);
        _memory = gpu.Allocate(chunks.Count * (long)Interop.SizeOf<UpdateChunk>());
        Chunks = _memory.View<UpdateChunk>(new Extents(chunks.Count));
        Chunks.CopyFrom([.. chunks]);
    }

    /// <summary>Chunks for which the optimizer's formula has the same numbers.</summary>
    public UpdateSection[] Sections { get; }

    public View<UpdateChunk> Chunks { get; }

    /// <summary>All parameters of the model.</summary>
    public View<float> Values { get; }

    /// <summary>The gradients of all parameters that have one.</summary>
    public View<float> Gradients { get; }

    /// <summary>What the optimizer remembers.</summary>
    public View<float> States { get; }

    /// <summary>The elements of all chunks.</summary>
    public long Count { get; }

    public void Dispose() => _memory.Dispose();

    /// <summary>A buffer of parameters: each begins on a cache line, so that there are whole lines.</summary>
    private static View<float> Whole(Buffer buffer)
    {
        const int line = HostBuffer.Alignment / sizeof(float);
        return buffer.View<float>(new Extents(checked((int)(buffer.Bytes / HostBuffer.Alignment)), line));
    }

    private static UpdateChunk Cut(TrainedParameter item, long at, int size) => new(
        item.Parameter.Stored.Offset / item.Parameter.ElementType.Bytes() + at,
        item.HasCopy ? First(item.Master) + at : 0,
        First(item.Parameter.Gradient) + at,
        item.State.Count > 0 ? First(item.State[0].Value) + at : 0,
        item.State.Count > 1 ? First(item.State[1].Value) + at : 0,
        (int)Math.Min(size, item.Parameter.Count - at));

    private static long First(View<float> view) => view.Offset / sizeof(float);
}

/// <param name="LearningRateFactor">Of its parameters' group.</param>
/// <param name="WeightDecay">Of its parameters' group, or the optimizer's.</param>
/// <param name="Type">What its parameters are stored as.</param>
/// <param name="First">The number of its first chunk.</param>
/// <param name="Chunks">How many chunks.</param>
/// <param name="Elements">How many elements they have.</param>
internal sealed record UpdateSection(double LearningRateFactor, double WeightDecay, ElementType Type, int First, int Chunks, long Elements);
