using MoECompiler;
using MoECompiler.Checkpoints;
using MoECompiler.Data;
using MoECompiler.Training;

namespace MoECompiler.Experiments;

/// <summary>A point of a training: how many rows its experts had computed by then, and what it was worth.</summary>
/// <param name="Step">Of the optimizer.</param>
/// <param name="ExpertRows">Rows that experts computed, those of a row that several compute as many times.</param>
/// <param name="Loss">On what was held out, of the program that is served with.</param>
/// <param name="Active">Experts a row in the last steps.</param>
/// <param name="Similarity">The mean cosine of different experts; not a number before there are any.</param>
/// <param name="Unused">How many experts of all layers nothing chose of what was held out.</param>
/// <param name="Variation">The coefficient of variation of the experts' loads, in the mean over layers.</param>
internal sealed record LanguagePoint(long Step, double ExpertRows, double Loss, double Active, double Similarity, int Unused, double Variation);

/// <summary>Trains a model until its experts have computed so many rows.</summary>
/// <param name="device">Where.</param>
/// <param name="text">What is learned, and what is held out.</param>
/// <param name="batch">Sequences of a step.</param>
internal sealed class LanguageRun(Device device, LanguageText text, int batch)
{
    private const int Points = 15;

    /// <summary>The rows that experts compute in as many steps of Switch.</summary>
    public double Budget { get; } = (double)LanguageCourse.Steps * batch * LanguageNet.Places * LanguageNet.Depth;

    /// <param name="create">Makes the model.</param>
    /// <param name="seed">Of weights, order and noise.</param>
    /// <param name="budgets">How often the budget may be spent.</param>
    /// <param name="cancellation">Ends it.</param>
    public List<LanguagePoint> Of<TModel>(Func<Device, TModel> create, int seed, int budgets, CancellationToken cancellation) where TModel : Model, ITrainable
    {
        double budget = budgets * Budget;
        using TModel model = create(device);
        using DataLoader training = new(device, text.Training, batch, (ulong)seed), held = new(device, text.Held, 40, isShuffled: false);
        List<LanguagePoint> curve = [];
        using CancellationTokenSource spent = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using Evaluator evaluator = new(model);
        int load = model.Metrics.TakeWhile(static m => !m.IsLoad).Sum(static m => m.Count);
        int experts = model.Metrics.First(static m => m.IsLoad).Count;
        double rows = 0, before = 0;
        long seen = 0;
        TrainerOptions options = new()
        {
            Epochs = 1_000,
            Seed = (ulong)seed,
            Schedule = new ConstantSchedule { WarmUpSteps = 50 },
            MaximumGradientNorm = 1,
            OnStep = step =>
            {
                foreach (float chosen in step.Metrics.Slice(load, experts))
                    rows += chosen;
                seen += (long)step.Rows * LanguageNet.Places;
                if (rows < Budget * (curve.Count + 1) / Points && rows < budget)
                    return;
                double active = (rows - before) / (seen * LanguageNet.Depth);
                (before, seen) = (rows, 0);
                curve.Add(Point(model, evaluator.Evaluate(held, cancellation), step.Step + 1, rows, active));
                if (rows >= budget)
                    spent.Cancel();
            },
        };
        model.Initialize((ulong)seed);
        using Trainer trainer = new(model, new AdamW { LearningRate = 2e-3, WeightDecay = 0.01 }, options);
        try
        {
            trainer.Fit(training, cancellationToken: spent.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // The budget is spent.
        }
        return curve;
    }

    /// <summary>In the mean over layers.</summary>
    private static double Similarity(Model model)
    {
        const string part = ".experts.up.weight";
        WeightSet weights = WeightSet.Of(model);
        string layers = model.Parameters.First(static p => p.CheckpointName.EndsWith(part, StringComparison.Ordinal)).CheckpointName[..^part.Length];
        return Enumerable.Range(0, LanguageNet.Depth).Average(layer => ExpertSimilarity.Mean(weights.Experts(layers.Replace("{layer}", $"{layer}", StringComparison.Ordinal))));
    }

    private static LanguagePoint Point(Model model, EvaluationReport report, long step, double rows, double active)
    {
        EvolutionPhase phase = (model as PhasedModel)?.Phase ?? EvolutionPhase.Sparse;
        string prefix = phase == EvolutionPhase.Dense ? "sparse." : "";
        double loss = (report.Metrics.FirstOrDefault(m => m.Name == prefix + "task") ?? report.Find(prefix + "loss")).Value;
        double similarity = phase == EvolutionPhase.Base ? double.NaN : Similarity(model);
        LoadStatistics[] served = [.. report.Routing.Where(layer => layer.Name.StartsWith("sparse.", StringComparison.Ordinal) == (prefix.Length > 0)).Select(static l => l.Statistics)];
        return new LanguagePoint(step, rows, loss, active, similarity, served.Sum(static s => s.Unused), served.Average(static s => s.CoefficientOfVariation));
    }
}
