using MoECompiler;
using MoECompiler.Data;
using MoECompiler.Training;

namespace MoECompiler.Experiments;

/// <summary>A point of a training: how many rows its experts had computed by then, and what it was worth.</summary>
/// <param name="Step">Of the optimizer.</param>
/// <param name="ExpertRows">Rows that experts computed, those of a row that several compute as many times.</param>
/// <param name="Loss">On what was held out, of the program that is served with.</param>
/// <param name="Active">Experts a row in the last steps.</param>
/// <param name="Similarity">The mean cosine of different experts; not a number before there are any.</param>
internal sealed record LanguagePoint(long Step, double ExpertRows, double Loss, double Active, double Similarity);

/// <summary>Trains a model until its experts have computed so many rows.</summary>
internal static class LanguageRun
{
    private const int Points = 40;

    public static List<LanguagePoint> Of<TModel>(TModel model, DataLoader training, DataLoader held, double budget, CancellationToken cancellation)
        where TModel : Model, ITrainable
    {
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
            Schedule = new ConstantSchedule { WarmUpSteps = 50 },
            MaximumGradientNorm = 1,
            OnStep = step =>
            {
                foreach (float chosen in step.Metrics.Slice(load, experts))
                    rows += chosen;
                seen += step.Rows;
                if (rows < budget * (curve.Count + 1) / Points && rows < budget)
                    return;
                double active = (rows - before) / (seen * SwitchLanguage.Depth);
                (before, seen) = (rows, 0);
                curve.Add(Point(model, evaluator.Evaluate(held, cancellation), step.Step + 1, rows, active));
                if (rows >= budget)
                    spent.Cancel();
            },
        };
        model.Initialize(1);
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

    private static LanguagePoint Point(Model model, EvaluationReport report, long step, double rows, double active)
    {
        string loss = model is EvolvingModel { Phase: EvolutionPhase.Dense } ? "sparse.task" : "task";
        double[] similarity = [.. report.Metrics.Where(static m => m.Name.EndsWith(".similarity", StringComparison.Ordinal)).Select(static m => m.Value)];
        return new LanguagePoint(step, rows, report[loss], active, similarity.Length == 0 ? double.NaN : similarity.Average());
    }
}
