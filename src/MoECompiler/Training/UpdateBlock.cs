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
    public float* FirstState;
    public float* SecondState;
    public double LearningRateFactor;
    public double WeightDecay;
    public double GradientSquares;
    public int Count;
}
