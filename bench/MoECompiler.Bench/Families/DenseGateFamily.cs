using MoECompiler.Data;
using MoECompiler.Training;

namespace MoECompiler.Bench.Families;

/// <summary>
/// Training steps of the dense phase of [Evolve] with a low and a high temperature, which decides how many experts compute a row: a step's time
/// should grow with the rows that experts compute. Source: Nie et al., EvoMoE, 2021.
/// </summary>
public class DenseGateFamily : Family
{
    private const int Rows = 512;

    private static readonly double[] s_experts = new double[2];

    public override IEnumerable<Case> Cases =>
    [
        Step("0.1, forward and backward", 0, isUpdated: false, static cpu => new CoolGate(cpu)),
        Step("2, forward and backward", 1, isUpdated: false, static cpu => new WarmGate(cpu)),
        Step("0.1, with AdamW", 0, isUpdated: true, static cpu => new CoolGate(cpu)),
        Step("2, with AdamW", 1, isUpdated: true, static cpu => new WarmGate(cpu)),
    ];

    public override string Compare(IReadOnlyList<double> ratios) =>
        $"{s_experts[1]:F2} experts a row at 2 and {s_experts[0]:F2} at 0.1: {s_experts[1] / s_experts[0]:F2} times the rows take {ratios[1]:F2} times as long, {ratios[3] / ratios[2]:F2} with AdamW";

    private static Case Step<TModel>(string what, int number, bool isUpdated, Func<CpuDevice, TModel> create) where TModel : EvolvingModel, ITrainable
    {
        // As many as random logits have in the mean: the run counts them.
        double experts = number == 0 ? 1.8 : GatedMixture.Experts;
        return new($"Temperature {what}, {Rows} rows", Work.Flops(12.0 * Rows * experts * GatedMixture.Width * GatedMixture.Inner), cpu =>
        {
            TModel model = create(cpu);
            model.Initialize(1);
            model.Phase = EvolutionPhase.Dense;
            OptimizerState optimizer = new(new AdamW { LearningRate = 1e-5 }, model);
            Batch batch = new();
            batch.Set("x", Random(cpu, 1, Rows, GatedMixture.Width));
            batch.Set("target", Random(cpu, 2, Rows, GatedMixture.Width));
            View<float> metrics = cpu.New<float>(model.Metrics.Sum(static m => m.Count));
            model.Backward(batch, new RandomState(1, 1), metrics);
            s_experts[number] = metrics.Span[model.Metrics.TakeWhile(static m => m.Name != "Net.Mixture.experts").Sum(static m => m.Count)];
            return () =>
            {
                model.Backward(batch, new RandomState(1, 1), metrics);
                if (isUpdated)
                    optimizer.Update(1e-5);
            };
        });
    }
}

/// <summary>Sixteen experts under a gate whose temperature stays high.</summary>
[Model]
[Evolve(Temperature = 2, FinalTemperature = 2)]
public sealed partial class WarmGate
{
    public partial GatedMixture Net { get; }

    [Forward]
    public Tensor Forward(Tensor x) => Net.Forward(x);

    [Loss]
    public Tensor Loss(Tensor y, Tensor target) => y.SquaredError(target).Mean();
}

/// <summary>The same under a gate whose temperature is low.</summary>
[Model]
[Evolve(Temperature = 0.1f, FinalTemperature = 0.1f)]
public sealed partial class CoolGate
{
    public partial GatedMixture Net { get; }

    [Forward]
    public Tensor Forward(Tensor x) => Net.Forward(x);

    [Loss]
    public Tensor Loss(Tensor y, Tensor target) => y.SquaredError(target).Mean();
}

/// <summary>One routed layer.</summary>
[Module]
public sealed partial class GatedMixture
{
    public const int Width = 256, Experts = 16, Inner = 512;

    [RoutedExperts(Width, Experts, 1, Inner, NormalizeTopK = false)]
    public partial RoutedExperts Mixture { get; }

    [Forward]
    public Tensor Forward(Tensor x) => x + Mixture.Forward(x);
}
