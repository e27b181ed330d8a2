namespace MoECompiler.Training;

/// <summary>
/// Adam with decoupled weight decay: each weight moves by its gradient's running mean over the root of its running mean square.
/// </summary>
/// <remarks>
/// m += (1 - MeanDecay) * (g - m); v = SquareDecay * v + (1 - SquareDecay) * g^2;
/// w = w * (1 - rate * WeightDecay) - rate * (m / (1 - MeanDecay^t)) / (sqrt(v / (1 - SquareDecay^t)) + Epsilon).
/// The same as PyTorch's torch.optim.AdamW. Source: Loshchilov and Hutter, Decoupled Weight Decay Regularization, ICLR 2019.
/// </remarks>
public sealed class AdamW : Optimizer
{
    public AdamW()
    {
        LearningRate = 1e-3;
        WeightDecay = 1e-2;
    }

    /// <summary>How much of the gradient's running mean is kept each step; the paper's beta 1.</summary>
    public double MeanDecay
    {
        get;
        init => field = Decay(value, nameof(MeanDecay));
    } = 0.9;

    /// <summary>How much of the running mean of the gradient's square is kept each step; the paper's beta 2.</summary>
    public double SquareDecay
    {
        get;
        init => field = Decay(value, nameof(SquareDecay));
    } = 0.999;

    /// <summary>Added to the root, so that it cannot be 0.</summary>
    public double Epsilon
    {
        get;
        init => field = NotNegative(value, nameof(Epsilon));
    } = 1e-8;

    internal override IReadOnlyList<string> StateNames { get; } = ["mean", "square"];

    internal override string Description => FormattableString.Invariant(
        $"AdamW(MeanDecay: {MeanDecay}, SquareDecay: {SquareDecay}, Epsilon: {Epsilon}, WeightDecay: {WeightDecay})");

    internal override void Update(UpdateBlocks blocks, long step, double learningRate, double gradientScale) => blocks.Run(new Rule(
        learningRate,
        MeanCorrection: 1 / (1 - Math.Pow(MeanDecay, step)),
        RootCorrection: (float)(1 / Math.Sqrt(1 - Math.Pow(SquareDecay, step))),
        Scale: (float)gradientScale,
        MeanGain: (float)(1 - MeanDecay),
        SquareDecay: (float)SquareDecay,
        SquareGain: (float)(1 - SquareDecay),
        Epsilon: (float)Epsilon));

    private readonly unsafe record struct Rule(
        double LearningRate,
        double MeanCorrection,
        float RootCorrection,
        float Scale,
        float MeanGain,
        float SquareDecay,
        float SquareGain,
        float Epsilon) : IUpdateRule
    {
        public void Apply<V>(in UpdateBlock block, int from, int to) where V : unmanaged, ILanes<V>
        {
            double rate = LearningRate * block.LearningRateFactor;
            V decay = V.Of((float)(-rate * block.WeightDecay));
            V move = V.Of((float)(-rate * MeanCorrection));
            V scale = V.Of(Scale);
            V meanGain = V.Of(MeanGain);
            V squareDecay = V.Of(SquareDecay);
            V squareGain = V.Of(SquareGain);
            V rootCorrection = V.Of(RootCorrection);
            V epsilon = V.Of(Epsilon);
            for (int i = from; i < to; i += V.Count)
            {
                V gradient = V.Load(block.Gradient + i) * scale;
                V mean = V.Load(block.FirstState + i);
                mean = V.FusedMultiplyAdd(meanGain, gradient - mean, mean);
                V square = V.FusedMultiplyAdd(squareGain * gradient, gradient, squareDecay * V.Load(block.SecondState + i));
                V root = V.FusedMultiplyAdd(V.Sqrt(square), rootCorrection, epsilon);
                mean.Store(block.FirstState + i);
                square.Store(block.SecondState + i);
                // Decay and move are summed before they meet the weight: a factor such as 1 - 1e-5 would be rounded with every step alike.
                V value = V.Load(block.Value + i);
                (value + V.FusedMultiplyAdd(move, mean / root, decay * value)).Store(block.Value + i);
            }
        }
    }
}
