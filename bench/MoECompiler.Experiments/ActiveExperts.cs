using System.Globalization;
using MoECompiler;
using MoECompiler.Training;

namespace MoECompiler.Experiments;

/// <summary>
/// How many experts the dense-to-sparse gate of EvoMoE keeps as its temperature falls, for logits of N(0, deviation^2): those whose
/// softmax((logits + Gumbel) / temperature) is above 0.001.
/// </summary>
internal sealed class ActiveExperts : Experiment
{
    private const int Tokens = 4_000;

    private static readonly double[] s_temperatures = [2, 1.5, 1, 0.7, 0.5, 0.3, 0.1];

    public override string Name => "active-experts";

    public override string Claim => "the experts that a dense-to-sparse gate keeps follow its temperature (Nie et al., EvoMoE, 2021; a simulation in double precision)";

    public override IEnumerable<Finding> Run(Device device, CancellationToken cancellation)
    {
        using FourExperts four = new(device);
        using SixteenExperts sixteen = new(device);
        return
        [
            .. Curve(four, four.Layer, 4, 0, [4.00, 4.00, 3.99, 3.90, 3.63, 2.88, 1.58], cancellation),
            .. Curve(four, four.Layer, 4, 3, [3.98, 3.83, 3.33, 2.75, 2.25, 1.73, 1.23], cancellation),
            .. Curve(sixteen, sixteen.Layer, 16, 0, [16.0, 15.99, 15.68, 13.92, 10.1, 5.23, 1.85], cancellation),
            .. Curve(sixteen, sixteen.Layer, 16, 1, [16.0, 15.97, 15.11, 12.05, 8.30, 4.42, 1.73], cancellation),
            .. Curve(sixteen, sixteen.Layer, 16, 3, [15.37, 13.37, 9.09, 5.95, 4.11, 2.55, 1.43], cancellation),
        ];
    }

    private static IEnumerable<Finding> Curve<TModel>(TModel model, RoutedExperts layer, int experts, float deviation, double[] expected, CancellationToken cancellation)
        where TModel : Model, ITrainable
    {
        model.Initialize(1);
        model.AllocateGradients();
        // The logits are the input itself.
        layer.Router.Value.CopyFrom([.. Enumerable.Range(0, experts * experts).Select(i => i / experts == i % experts ? 1f : 0f)]);
        Random random = new(experts);
        float[] logits = [.. Enumerable.Range(0, Tokens * experts).Select(_ => deviation * Normal(random))];
        Data.Batch batch = new();
        batch.Set("x", model.Device.Upload<float>(logits, [Tokens, experts]));
        int place = model.Metrics.TakeWhile(static m => !m.IsLoad).Sum(static m => m.Count);
        View<float> metrics = model.Device.New<float>(model.Metrics.Sum(static m => m.Count));
        for (int i = 0; i < expected.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            // The declared schedule goes down by 1 in 1,000 steps, from 2.
            long step = (long)Math.Round((2 - s_temperatures[i]) * 1_000);
            model.Backward(batch, new RandomState(7, step), metrics);
            double active = metrics.ToArray().Skip(place).Take(experts).Sum() / Tokens;
            yield return new Finding(
                Text($"{experts} experts, logits of deviation {deviation}, temperature {s_temperatures[i]}"), Text($"{expected[i]:0.00} ± 5 %"), Text($"{active:0.00}"),
                Math.Abs(active - expected[i]) <= 0.05 * expected[i]);
        }
    }

    private static float Normal(Random random) => (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A gate of four experts.</summary>
[Model]
public sealed partial class FourExperts
{
    private const int Experts = 4;

    [RoutedExperts(Experts, Experts, Experts, 1, Noise = RouterNoise.Gumbel, Temperature = 2, FinalTemperature = 0.1f, TemperatureSteps = 1_900,
        Selection = RouterSelection.Threshold, Threshold = 0.001f, NormalizeTopK = false)]
    public partial RoutedExperts Layer { get; }

    [Forward]
    public Tensor Forward(Tensor x) => Layer.Forward(x);

    [Loss]
    public Tensor Loss(Tensor y) => y.Square().Mean();
}

/// <summary>A gate of sixteen experts.</summary>
[Model]
public sealed partial class SixteenExperts
{
    private const int Experts = 16;

    [RoutedExperts(Experts, Experts, Experts, 1, Noise = RouterNoise.Gumbel, Temperature = 2, FinalTemperature = 0.1f, TemperatureSteps = 1_900,
        Selection = RouterSelection.Threshold, Threshold = 0.001f, NormalizeTopK = false)]
    public partial RoutedExperts Layer { get; }

    [Forward]
    public Tensor Forward(Tensor x) => Layer.Forward(x);

    [Loss]
    public Tensor Loss(Tensor y) => y.Square().Mean();
}
