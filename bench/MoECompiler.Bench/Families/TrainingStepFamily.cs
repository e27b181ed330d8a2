namespace MoECompiler.Bench.Families;

/// <summary>A compiled model's forward half with its loss, and a training step's forward and backward half: 512 rows of <see cref="TrainedMixture"/>.</summary>
public class TrainingStepFamily : Family
{
    private const int Rows = 512;

    private const double ForwardFlops = 2 * 2 * 2.0 * Rows * TrainedMixture.TopK * TrainedMixture.Width * TrainedMixture.Inner;

    public override IEnumerable<Case> Cases => [Forward, ForwardAndBackward];

    public override string? Compare(IReadOnlyList<double> ratios) => $"the backward half takes {ratios[1] - 1:F2} times as long as the forward half";

    public static Case Forward { get; } = new("Two routed layers, forward and loss", Work.Flops(ForwardFlops), static cpu =>
    {
        (TrainedMixture model, View<float> features, View<int> labels, View<float> metrics) = Prepare(cpu);
        View<float> logits = cpu.New<float>(Rows, TrainedMixture.Classes);
        return () => model.Evaluate(features, labels, logits, metrics);
    });

    public static Case ForwardAndBackward { get; } = new("Two routed layers, forward, loss and backward", Work.Flops(3 * ForwardFlops), static cpu =>
    {
        (TrainedMixture model, View<float> features, View<int> labels, View<float> metrics) = Prepare(cpu);
        model.AllocateGradients();
        return () => model.Backward(features, labels, new RandomState(1, 1), metrics);
    });

    private static (TrainedMixture Model, View<float> Features, View<int> Labels, View<float> Metrics) Prepare(CpuDevice cpu)
    {
        TrainedMixture model = new(cpu);
        model.Initialize(1);
        View<int> labels = cpu.New<int>(Rows);
        for (int row = 0; row < Rows; row++)
            labels.Span[row] = row % TrainedMixture.Classes;
        return (model, Random(cpu, 1, Rows, TrainedMixture.Width), labels, cpu.New<float>(model.Metrics.Sum(static m => m.Count)));
    }
}
