namespace MoECompiler.Training;

/// <summary>A parameter that an optimizer changes.</summary>
/// <param name="Parameter">Of the model.</param>
/// <param name="LearningRateFactor">Of its group.</param>
/// <param name="WeightDecay">Of its group, or the optimizer's.</param>
internal sealed record TrainedParameter(Parameter Parameter, double LearningRateFactor, double WeightDecay)
{
    /// <summary>The step from which on nothing changes it.</summary>
    public long FreezeAtStep { get; init; } = long.MaxValue;

    /// <summary>The elements that an update changes, in order: those of experts that stay are not among them.</summary>
    public IReadOnlyList<ElementRange> Parts { get; init; } = [new ElementRange(0, Parameter.Count)];

    /// <summary>The copy in files.</summary>
    private static readonly StateKind MasterKind = new("master");

    /// <summary>What the optimizer remembers, in the order of its <see cref="Optimizer.States"/>.</summary>
    public List<StateTensor> State { get; } = [];

    /// <summary>
    /// What the optimizer changes: the value itself, or the 32-bit copy of one that is stored in 16 bits, into which it is rounded after
    /// each update. An element of the copy that does not round to what is stored is stale, as weights were loaded or set since: it starts
    /// anew from what is stored.
    /// </summary>
    public View<float> Master { get; set; }

    /// <summary>The sum of the gradients of some batches, where several make a step; else null.</summary>
    public View<float>? Accumulated { get; set; }

    /// <summary>The part of the device's memory to which what is remembered is brought in for an update; null where it is used where it lies.</summary>
    public View<float>? Window { get; set; }

    /// <summary>Whether a step updates the rows that it read, by their own gradients.</summary>
    public bool IsByRows { get; init; }

    /// <summary>Whether its gradient is there while the step runs, each time in another place; then it has an updater of its own.</summary>
    public bool IsFused { get; init; }

    /// <summary>Whether the value is stored in 16 bits, and the master is a copy.</summary>
    public bool HasCopy => Parameter.ElementType.IsNarrow();

    /// <summary>What a training has to keep beside the value.</summary>
    public IEnumerable<StateTensor> Kept => HasCopy ? State.Prepend(new StateTensor(MasterKind, Master)) : State;

    /// <summary>Whether an update changes all of its elements.</summary>
    public bool IsWhole => Parts is [var part] && part.Count == Parameter.Count;

    /// <summary>Whether each part is whole blocks of so many elements, but for the parameter's end.</summary>
    public bool IsInBlocksOf(int count) => Parts.All(part => part.First % count == 0 && (part.End % count == 0 || part.End == Parameter.Count));

    /// <summary>
    /// What of it lies within some elements; null for nothing. The bounds are those of whole blocks of elements that share a scale in 8 bits, and else of
    /// those that share a draw: so many neighbors of the elements at most are changed with them.
    /// </summary>
    /// <param name="elements">In order.</param>
    public TrainedParameter? Within(IReadOnlyList<ElementRange> elements)
    {
        int block = IsDynamic ? DynamicCodes.Block : Philox.Words;
        List<ElementRange> both = [];
        long done = 0;
        foreach (ElementRange range in elements)
        {
            long first = Math.Max(done, range.First / block * block);
            done = Math.Min(Parameter.Count, (range.End + block - 1) / block * block);
            foreach (ElementRange part in Parts)
            {
                (long from, long end) = (Math.Max(first, part.First), Math.Min(done, part.End));
                if (from < end)
                    both.Add(new ElementRange(from, end - from));
            }
        }
        return both.Count == 0 ? null : this with { Parts = both };
    }

    /// <summary>Pieces of at most <paramref name="size"/> elements that make up what an update changes.</summary>
    public IEnumerable<(long First, int Count)> Cut(int size)
    {
        foreach (ElementRange part in Parts)
        {
            for (long at = part.First; at < part.End; at += size)
                yield return (at, (int)Math.Min(size, part.End - at));
        }
    }

    /// <summary>Whether what is remembered is stored in 8 bits.</summary>
    public bool IsDynamic => State.Count > 0 && State[0].IsDynamic;
}
