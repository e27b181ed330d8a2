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
    private readonly View<float> _gradients;

    /// <summary>The one parameter, if its gradient lies in another place each time.</summary>
    private readonly Parameter? _fused;

    public UpdateTable(GpuDevice gpu, IReadOnlyList<TrainedParameter> trained)
    {
        Values = Whole(trained[0].Parameter.Stored.Buffer);
        TrainedParameter[] whole = [.. trained.Where(static item => !item.IsByRows)];
        Rows = [.. trained.Where(static item => item.IsByRows)];
        // Without gradients or state a launch still takes a view.
        _fused = whole is [{ IsFused: true } fused] ? fused.Parameter : null;
        _gradients = whole.Length > 0 && whole[0].Parameter.HasGradient ? Whole(whole[0].Parameter.Gradient.Buffer) : Values;
        States = trained.Select(static item => item.Window).OfType<View<float>>().Select(static window => window.Buffer)
            .Concat(trained.SelectMany(static item => item.Kept).Select(static kept => kept.Buffer))
            .Concat(trained.Select(static item => item.Accumulated).OfType<View<float>>().Select(static sum => sum.Buffer))
            .Select(Whole).FirstOrDefault(Values);

        // Whole blocks of elements that share a scale.
        int size = gpu.Traits.IsProcessor ? ElementsACore : Math.Max(DynamicCodes.Block, gpu.Traits.ElementGroup * ElementsAThread);
        List<UpdateChunk> chunks = [];
        List<UpdateSection> sections = [];
        foreach (IGrouping<(double, double, ElementType, bool, bool), TrainedParameter> alike in whole.GroupBy(
            static item => (item.LearningRateFactor, item.WeightDecay, item.Parameter.ElementType, item.IsDynamic, item.Window is not null)))
        {
            (double factor, double decay, ElementType type, bool isIn8Bits, bool isPaged) = alike.Key;
            StatePage? page = isPaged ? new StatePage() : null;
            int first = chunks.Count;
            foreach (TrainedParameter item in alike)
            {
                foreach (ElementRange part in item.Parts)
                    Add(item, part);
            }
            AddSection();

            void Add(TrainedParameter item, ElementRange part)
            {
                for (long at = part.First; at < part.End;)
                {
                    (StatePlace place, long count) = page?.Take(item, at, part.End, size) ?? (PlaceOf(item, at), part.End - at);
                    if (count == 0)
                    {
                        AddSection();
                        page = new StatePage();
                        continue;
                    }
                    for (long done = 0; done < count; done += size)
                        chunks.Add(Cut(item, at + done, (int)Math.Min(size, count - done), place.After(done)));
                    at += count;
                }
            }

            void AddSection()
            {
                sections.Add(new UpdateSection(factor, decay, type, isIn8Bits, first, chunks.Count - first, chunks.Skip(first).Sum(static chunk => chunk.Count), page));
                first = chunks.Count;
            }
        }
        Sections = [.. sections];
        Count = sections.Sum(static section => section.Elements);
        bool isDynamic = trained.Any(static item => item.IsDynamic);
        Squares = trained[0].State.Select(static (state, kind) => state.Kind.IsSquare ? 1 << kind : 0).Sum();
        Extents codes = new(isDynamic ? DynamicCodes.Tables.Length : 0);
        // ILGPU counts a view's beginning in its own elements: the chunks, of a size that is no power of two, come first.
        long bytes = Arena.Bytes(chunks.Count, Interop.SizeOf<UpdateChunk>() / sizeof(float));
        _memory = gpu.Allocate(bytes + Arena.Bytes(codes[0]));
        Codes = _memory.View<float>(codes, bytes);
        if (isDynamic)
            Codes.CopyFrom(DynamicCodes.Tables);
        Chunks = _memory.View<UpdateChunk>(new Extents(chunks.Count));
        Chunks.CopyFrom([.. chunks]);
    }

    /// <summary>Chunks for which the optimizer's formula has the same numbers.</summary>
    public UpdateSection[] Sections { get; }

    public View<UpdateChunk> Chunks { get; }

    /// <summary>The tables that are trained by rows; no chunk is of them.</summary>
    public TrainedParameter[] Rows { get; }

    /// <summary>All parameters of the model.</summary>
    public View<float> Values { get; }

    /// <summary>The gradients of all parameters that have one.</summary>
    public View<float> Gradients => _fused?.Gradient ?? _gradients;

    /// <summary>What the optimizer remembers.</summary>
    public View<float> States { get; }

    /// <summary>What codes of 8 bits stand for: <see cref="DynamicCodes.Tables"/>, if any state is stored so.</summary>
    public View<float> Codes { get; }

    /// <summary>1 if the first kind of state is squares, plus 2 if the second is.</summary>
    public int Squares { get; }

    /// <summary>The elements of all chunks.</summary>
    public long Count { get; }

    public void Dispose() => _memory.Dispose();

    /// <summary>A buffer of parameters: each begins on a cache line, so that there are whole lines.</summary>
    private static View<float> Whole(Buffer buffer)
    {
        const int line = HostBuffer.Alignment / sizeof(float);
        return buffer.View<float>(new Extents(checked((int)(buffer.Bytes / HostBuffer.Alignment)), line));
    }

    /// <summary>The first row of a table that is trained by rows.</summary>
    public static UpdateChunk FirstRow(TrainedParameter table) => Cut(table, 0, table.Parameter.Extents[1], PlaceOf(table, 0));

    private static UpdateChunk Cut(TrainedParameter item, long at, int count, StatePlace state) => new(
        item.Parameter.Stored.Offset / item.Parameter.ElementType.Bytes() + at,
        item.HasCopy ? First(item.Master) + at : 0,
        item.IsFused ? at : item.Parameter.HasGradient ? First(item.Parameter.Gradient) + at : 0,
        item.Accumulated is { } accumulated ? First(accumulated) + at : 0,
        state.FirstState,
        state.SecondState,
        state.FirstScale,
        state.SecondScale,
        at,
        item.Parameter.Index,
        count);

    private static StatePlace PlaceOf(TrainedParameter item, long at) => new(StateOf(item, 0, at), StateOf(item, 1, at), ScaleOf(item, 0, at), ScaleOf(item, 1, at));

    private static long StateOf(TrainedParameter item, int kind, long at) =>
        kind >= item.State.Count ? 0 : item.IsDynamic ? item.State[kind].Codes.Offset + at : First(item.State[kind].Value) + at;

    private static long ScaleOf(TrainedParameter item, int kind, long at) =>
        kind < item.State.Count && item.IsDynamic ? First(item.State[kind].Scales) + at / DynamicCodes.Block : 0;

    private static long First(View<float> view) => view.Offset / sizeof(float);
}

/// <param name="LearningRateFactor">Of its parameters' group.</param>
/// <param name="WeightDecay">Of its parameters' group, or the optimizer's.</param>
/// <param name="Type">What its parameters are stored as.</param>
/// <param name="IsDynamic">Whether what is remembered of them is stored in 8 bits.</param>
/// <param name="First">The number of its first chunk.</param>
/// <param name="Chunks">How many chunks.</param>
/// <param name="Elements">How many elements they have.</param>
/// <param name="Page">What has to be brought in for their update; null where their state lies in the device's memory.</param>
internal sealed record UpdateSection(double LearningRateFactor, double WeightDecay, ElementType Type, bool IsDynamic, int First, int Chunks, long Elements, StatePage? Page = null);
