using MoECompiler.Data;
using MoECompiler.Training;

namespace MoECompiler.Bench.Families;

/// <summary>
/// A training step of all weights of two layers of <see cref="FineTuned"/>, of LoRA's, and of LoRA's beside matrices in 4 bits; and what each has in
/// memory at most: weights, gradients, AdamW's moments, and the values of the step.
/// </summary>
public class QuantizedFamily : Family
{
    private const int Rows = 512, Depth = 2;

    private readonly double _flops = 3 * 2.0 * Rows * Depth * (4 * FineTuned.Width * FineTuned.Width + 2 * FineTuned.TopK * FineTuned.Width * FineTuned.Inner);
    private readonly List<long> _bytes = [];

    public override IEnumerable<Case> Cases =>
    [
        Step("all weights", static cpu => new FineTuned(new FineTunedSizes { Depth = Depth }, cpu), static model => model),
        Step("LoRA", static cpu => new FineTuned(new FineTunedSizes { Depth = Depth }, cpu), static model => new FineTunedByLora(model)),
        Step("LoRA, matrices in 4 bits", static cpu => new FineTunedIn4Bits(new FineTunedIn4BitsSizes { Depth = Depth }, cpu), static model => new FineTunedByQLora(model)),
    ];

    public override string Compare(IReadOnlyList<double> ratios) =>
        $"LoRA takes {ratios[1]:F2} of the time of all weights, in 4 bits {ratios[2]:F2}; at most {_bytes[0] / 1e6:N1} MB, {_bytes[1] / 1e6:N1} MB and {_bytes[2] / 1e6:N1} MB";

    private Case Step<TModel, TTrained>(string name, Func<CpuDevice, TModel> create, Func<TModel, TTrained> attach)
        where TModel : Model where TTrained : Model, ITrainable =>
        new($"A step of {name}, {Rows} rows, {Depth} layers", Work.Flops(_flops), cpu =>
        {
            TModel model = create(cpu);
            model.Initialize(1);
            TTrained trained = attach(model);
            OptimizerState optimizer = new(new AdamW { LearningRate = 1e-4 }, trained);
            View<int> labels = cpu.New<int>(Rows);
            for (int row = 0; row < Rows; row++)
                labels.Span[row] = row % FineTuned.Classes;
            Batch batch = new();
            batch.Set("features", Random(cpu, 1, Rows, FineTuned.Width));
            batch.Set("labels", labels);
            View<float> metrics = cpu.New<float>(trained.Metrics.Sum(static m => m.Count));
            trained.Backward(batch, new RandomState(1, optimizer.Step), metrics);
            _bytes.Add(trained.AllParameters.Sum(static p => p.ValueBytes) + trained.GradientBytes + optimizer.Bytes + trained.PeakArenaBytes);
            return () =>
            {
                trained.Backward(batch, new RandomState(1, optimizer.Step), metrics);
                optimizer.Update(1e-4);
            };
        });
}
