namespace MoECompiler.Training;

/// <summary>Stochastic gradient descent with momentum; the weight decay is added to the gradient.</summary>
/// <remarks>
/// g = gradient + WeightDecay * w; m = Momentum * m + g; w -= rate * m, with Nesterov w -= rate * (g + Momentum * m).
/// The same as PyTorch's torch.optim.SGD without dampening. Source: Sutskever et al., ICML 2013.
/// </remarks>
public sealed class Sgd : Optimizer
{
    /// <summary>How much of the last direction is kept; 0 needs no state.</summary>
    public double Momentum
    {
        get;
        init => field = Decay(value, nameof(Momentum));
    }

    /// <summary>Looks ahead by the momentum.</summary>
    public bool Nesterov { get; init; }

    internal override IReadOnlyList<string> StateNames => Momentum > 0 ? ["momentum"] : [];

    internal override string Description
        => FormattableString.Invariant($"Sgd(Momentum: {Momentum}, Nesterov: {Nesterov}, WeightDecay: {WeightDecay})");

    internal override void Update(UpdateBlocks blocks, long step, double learningRate, double gradientScale)
    {
        if (Momentum > 0)
            blocks.Run(new MomentumRule(learningRate, (float)gradientScale, (float)Momentum, Nesterov));
        else
            blocks.Run(new PlainRule(learningRate, (float)gradientScale));
    }

    private readonly unsafe struct PlainRule(double learningRate, float gradientScale) : IUpdateRule
    {
        public void Apply<V>(in UpdateBlock block, int from, int to) where V : unmanaged, ILanes<V>
        {
            V rate = V.Of((float)(-learningRate * block.LearningRateFactor));
            V decay = V.Of((float)block.WeightDecay);
            V scale = V.Of(gradientScale);
            for (int i = from; i < to; i += V.Count)
            {
                V value = V.Load(block.Value + i);
                V gradient = V.FusedMultiplyAdd(decay, value, V.Load(block.Gradient + i) * scale);
                V.FusedMultiplyAdd(rate, gradient, value).Store(block.Value + i);
            }
        }
    }

    private readonly unsafe struct MomentumRule(double learningRate, float gradientScale, float momentum, bool nesterov) : IUpdateRule
    {
        public void Apply<V>(in UpdateBlock block, int from, int to) where V : unmanaged, ILanes<V>
        {
            V rate = V.Of((float)(-learningRate * block.LearningRateFactor));
            V decay = V.Of((float)block.WeightDecay);
            V scale = V.Of(gradientScale);
            V kept = V.Of(momentum);
            for (int i = from; i < to; i += V.Count)
            {
                V value = V.Load(block.Value + i);
                V gradient = V.FusedMultiplyAdd(decay, value, V.Load(block.Gradient + i) * scale);
                V direction = V.FusedMultiplyAdd(kept, V.Load(block.FirstState + i), gradient);
                direction.Store(block.FirstState + i);
                if (nesterov)
                    direction = V.FusedMultiplyAdd(kept, direction, gradient);
                V.FusedMultiplyAdd(rate, direction, value).Store(block.Value + i);
            }
        }
    }
}
