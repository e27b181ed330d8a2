using MoECompiler.Ops;

namespace MoECompiler.Training;

/// <summary>Some elements of one parameter with all that an update of them reads: the unit of work that threads share.</summary>
internal unsafe struct UpdateBlock
{
    /// <summary>The most elements of a block; of four arrays they fit the second cache of a core.</summary>
    public const int MaximumCount = 16_384;

    /// <summary>How many elements of each array <see cref="Fetch"/> is about: four lines.</summary>
    private const int FetchedCount = 64;

    /// <summary>What the optimizer changes; see <see cref="TrainedParameter.Master"/>.</summary>
    public float* Master;

    /// <summary>The value as it is stored, in elements of <see cref="Type"/>.</summary>
    public byte* Stored;

    public ElementType Type;
    public float* Gradient;

    /// <summary>The sum of gradients, where several batches make a step; else null.</summary>
    public float* Accumulated;

    /// <summary>What is remembered in 32 bits; null where nothing is.</summary>
    public float* FirstState;

    /// <inheritdoc cref="FirstState"/>
    public float* SecondState;

    /// <summary>What is remembered in 8 bits; with no codes where nothing is.</summary>
    public DynamicState FirstDynamic;

    /// <inheritdoc cref="FirstDynamic"/>
    public DynamicState SecondDynamic;

    /// <summary>The number of the parameter in its model.</summary>
    public int Parameter;

    /// <summary>The number of the first element in its parameter.</summary>
    public long First;

    public double LearningRateFactor;
    public double WeightDecay;
    public double GradientSquares;
    public int Count;

    /// <summary>So many elements of a parameter from one on.</summary>
    public static UpdateBlock Of(TrainedParameter item, long at, int count) => new()
    {
        Master = item.Master.Pointer + at,
        Stored = item.Parameter.Stored.Address + at * item.Parameter.ElementType.Bytes(),
        Type = item.Parameter.ElementType,
        Gradient = item.Parameter.HasGradient ? item.Parameter.Gradient.Pointer + at : null,
        Accumulated = item.Accumulated is { } accumulated ? accumulated.Pointer + at : null,
        Parameter = item.Parameter.Index,
        First = at,
        FirstState = StateOf(item, 0, at),
        SecondState = StateOf(item, 1, at),
        FirstDynamic = DynamicOf(item, 0, at),
        SecondDynamic = DynamicOf(item, 1, at),
        LearningRateFactor = item.LearningRateFactor,
        WeightDecay = item.WeightDecay,
        Count = count,
    };

    /// <summary>The same elements of another row of a table, with the row's gradient; of one whose state is stored in 32 bits.</summary>
    public readonly UpdateBlock OfRow(long row, float* gradient)
    {
        long at = row * Count;
        UpdateBlock block = this;
        block.Master += at;
        block.Stored += at * Type.Bytes();
        block.Gradient = gradient;
        block.FirstState = FirstState is null ? null : FirstState + at;
        block.SecondState = SecondState is null ? null : SecondState + at;
        return block;
    }

    /// <summary>Has the first lines of what an update reads fetched, but for the gradient; the processor sees by itself that there are more.</summary>
    public readonly void Fetch()
    {
        for (int i = 0; i < Math.Min(Count, FetchedCount); i += Cache.Line<float>())
        {
            Cache.Fetch(Master + i);
            if (FirstState != null)
                Cache.Fetch(FirstState + i);
            if (SecondState != null)
                Cache.Fetch(SecondState + i);
        }
    }

    /// <summary>Updates all elements.</summary>
    public readonly void Update<V, TRule>(TRule rule, GradientChange change) where V : unmanaged, ILanes<V> where TRule : unmanaged, IUpdateRule
    {
        if (Type == ElementType.Float16)
            Update<V, TRule, Half>(rule, change);
        else if (Type == ElementType.BFloat16)
            Update<V, TRule, BFloat16>(rule, change);
        else
            Update<V, TRule, float>(rule, change);
    }

    private readonly void Update<V, TRule, T>(TRule rule, GradientChange change) where V : unmanaged, ILanes<V> where TRule : unmanaged, IUpdateRule where T : unmanaged
    {
        if (FirstDynamic.Codes != null)
        {
            rule.Run<V, DynamicLoop<V, T>>(LearningRateFactor, WeightDecay, new(this, change));
            return;
        }
        int whole = Count - Count % V.Count;
        rule.Run<V, UpdateLoop<V, T>>(LearningRateFactor, WeightDecay, new(this, change, 0, whole));
        rule.Run<Lanes1, UpdateLoop<Lanes1, T>>(LearningRateFactor, WeightDecay, new(this, change, whole, Count));
    }

    private static float* StateOf(TrainedParameter item, int kind, long at)
        => kind < item.State.Count && !item.IsDynamic ? item.State[kind].Value.Pointer + at : null;

    private static DynamicState DynamicOf(TrainedParameter item, int kind, long at)
        => kind < item.State.Count && item.IsDynamic ? new DynamicState(item.State[kind], at) : default;
}
