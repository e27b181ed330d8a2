using System.Globalization;
using MoECompiler;
using MoECompiler.Data;
using MoECompiler.Training;

namespace MoECompiler.Experiments;

/// <summary>
/// How uneven the load of the experts gets on clusters of which a few are most of the data: the coefficient of variation of the rows of each
/// expert, over new data after the training.
/// </summary>
internal sealed class LoadBalance : Experiment
{
    private const int Clusters = 16, Classes = 4;

    public override string Name => "load-balance";

    public override string Claim => "nothing > a balance loss > a selection bias, near 0; experts that choose: 0 (Fedus et al., 2022; Wang et al., 2024; Zhou et al., 2022)";

    public override IEnumerable<Finding> Run(Device device, CancellationToken cancellation)
    {
        double nothing = Train(device, static d => new PlainRouter(d), cancellation);
        double loss = Train(device, static d => new LossRouter(d), cancellation);
        double bias = Train(device, static d => new BiasRouter(d), cancellation);
        double choice = Train(device, static d => new ChoiceRouter(d), cancellation);
        return
        [
            new Finding("nothing", "the most", Text(nothing), nothing > loss),
            new Finding("balance loss 0.01", "less", Text(loss), loss < nothing),
            new Finding("selection bias", "at most 0.1", Text(bias), bias <= 0.1),
            new Finding("selection bias", "less than with the loss", Text(bias), bias < loss, "clusters as plain as these the loss balances as well; a bias ends within its rate of even"),
            new Finding("expert choice", "0", Text(choice), choice == 0),
        ];
    }

    private static double Train<TModel>(Device device, Func<Device, TModel> create, CancellationToken cancellation) where TModel : Model, ITrainable
    {
        using TModel model = create(device);
        model.Initialize(3);
        using DataLoader training = new(device, Make(8_192, 1), 256, seed: 2);
        using DataLoader test = new(device, Make(4_096, 9), 256, isShuffled: false);
        using Trainer trainer = new(model, new AdamW { LearningRate = 3e-3 }, new TrainerOptions { Epochs = 25, Seed = 4 });
        trainer.Fit(training, cancellationToken: cancellation);
        using Evaluator evaluator = new(model);
        return LoadStatistics.Of(evaluator.Evaluate(test, cancellation).Find("Layer.load").Values).CoefficientOfVariation;
    }

    /// <summary>Cluster c has a share of 1 / (c + 1) to the others.</summary>
    private static Dataset Make(int rows, int seed)
    {
        Random centers = new(5), random = new(seed);
        float[,] center = new float[Clusters, PlainRouter.Features];
        foreach ((int c, int f) in from c in Enumerable.Range(0, Clusters) from f in Enumerable.Range(0, PlainRouter.Features) select (c, f))
            center[c, f] = 2 * centers.NextSingle() - 1;
        double[] shares = [.. Enumerable.Range(0, Clusters).Select(static c => 1.0 / (c + 1))];
        float[] x = new float[rows * PlainRouter.Features];
        int[] labels = new int[rows];
        for (int row = 0; row < rows; row++)
        {
            double drawn = random.NextDouble() * shares.Sum();
            int cluster = 0;
            for (; cluster < Clusters - 1 && drawn >= shares[cluster]; cluster++)
                drawn -= shares[cluster];
            labels[row] = cluster % Classes;
            for (int f = 0; f < PlainRouter.Features; f++)
                x[row * PlainRouter.Features + f] = center[cluster, f] + 0.4f * (random.NextSingle() - 0.5f);
        }
        return new Dataset(new FloatColumn("x", x, PlainRouter.Features), new IntegerColumn("labels", labels));
    }

    private static string Text(double variation) => variation.ToString("0.000", CultureInfo.InvariantCulture);
}
