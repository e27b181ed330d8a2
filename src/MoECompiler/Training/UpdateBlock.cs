namespace MoECompiler.Training;

/// <summary>Some elements of one parameter with all that an update of them reads: the unit of work that threads share.</summary>
internal unsafe struct UpdateBlock
{
    /// <summary>The most elements of a block; of four arrays they fit the second cache of a core.</summary>
    public const int MaximumCount = 16_384;

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
}
