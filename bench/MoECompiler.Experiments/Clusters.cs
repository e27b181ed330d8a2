using System.Globalization;
using MoECompiler;
using MoECompiler.Data;
using MoECompiler.Training;

namespace MoECompiler.Experiments;

/// <summary>
/// Binary labels on data of four clusters: one patch of a sample is its label times its cluster's feature, one its cluster's center, one the
/// feature of another cluster with a random sign, one noise. No sum of one function of the patches can tell which feature counts; experts that
/// are chosen by cluster can.
/// </summary>
internal sealed class Clusters : Experiment
{
    private const int Kinds = 4;

    public override string Name => "clusters";

    public override string Claim => "one network of patches stays below 87.5 %, a mixture reaches 98 % (Chen et al., Towards Understanding the Mixture-of-Experts Layer, 2022)";

    public override IEnumerable<Finding> Run(Device device, CancellationToken cancellation)
    {
        double linear = Train(device, static d => new LinearNet(d), cancellation);
        double single = Train(device, static d => new SingleNet(d), cancellation);
        double linearMixture = Train(device, static d => new LinearMixtureNet(d), cancellation);
        double mixture = Train(device, static d => new MixtureNet(d), cancellation);
        return
        [
            new Finding("linear", "less than a network", Text(linear), linear < single),
            new Finding("one network", "at most 87.5 %", Text(single), single <= 0.875),
            new Finding("a mixture of eight linear ones", "between the others", Text(linearMixture), linearMixture > single && linearMixture < mixture),
            new Finding("a mixture of eight networks", "at least 98 %", Text(mixture), mixture >= 0.98),
        ];
    }

    private static double Train<TModel>(Device device, Func<Device, TModel> create, CancellationToken cancellation) where TModel : Model, ITrainable
    {
        using TModel model = create(device);
        model.Initialize(1);
        using DataLoader training = new(device, Make(16_000, 1), 256, seed: 2);
        using DataLoader test = new(device, Make(16_000, 2), 256, isShuffled: false);
        using Trainer trainer = new(
            model, new AdamW { LearningRate = 3e-3 }, new TrainerOptions { Epochs = 40, Seed = 4, Schedule = new CosineSchedule() });
        trainer.Fit(training, cancellationToken: cancellation);
        using Evaluator evaluator = new(model, new Accuracy("logits", "labels"));
        return evaluator.Evaluate(test, cancellation)["accuracy"];
    }

    private static Dataset Make(int rows, int seed)
    {
        const int Size = LinearNet.Patches * LinearNet.Width;
        Random random = new(seed);
        float[] x = new float[rows * Size];
        int[] labels = new int[rows], places = [.. Enumerable.Range(0, LinearNet.Patches)];
        for (int row = 0; row < rows; row++)
        {
            int cluster = random.Next(Kinds), other = (cluster + 1 + random.Next(Kinds - 1)) % Kinds;
            labels[row] = random.Next(2);
            random.Shuffle(places);
            // Features are the first axes and centers the next: they are orthogonal, which is all that counts.
            Span<float> sample = x.AsSpan(row * Size, Size);
            sample[places[0] * LinearNet.Width + cluster] = Between(random, 0.5, 2) * (2 * labels[row] - 1);
            sample[places[1] * LinearNet.Width + Kinds + cluster] = Between(random, 1, 2);
            sample[places[2] * LinearNet.Width + other] = Between(random, 0.5, 3) * (2 * random.Next(2) - 1);
            foreach (ref float number in sample.Slice(places[3] * LinearNet.Width, LinearNet.Width))
                number = (float)(Normal(random) / Math.Sqrt(LinearNet.Width));
        }
        return new Dataset(new FloatColumn("x", x, LinearNet.Patches, LinearNet.Width), new IntegerColumn("labels", labels));
    }

    private static float Between(Random random, double low, double high) => (float)(low + (high - low) * random.NextDouble());

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static string Text(double share) => (100 * share).ToString("0.0", CultureInfo.InvariantCulture) + " %";
}
