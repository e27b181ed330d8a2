using System.Globalization;
using MoECompiler;
using MoECompiler.Data;
using MoECompiler.Training;

namespace MoECompiler.Experiments;

/// <summary>
/// A thousand random facts in a memory of ten thousand experts, by the three stages of memory tuning: the selection is trained with the network on
/// the general task, then all but the experts is frozen, then the chosen experts are trained on the facts until the loss is below 0.01.
/// </summary>
internal sealed class Facts : Experiment
{
    private const int Count = 1_000, Kinds = 16;
    private const float Spread = 0.3f, Noise = 0.1f, Goal = 0.01f;

    private static readonly string[] s_experts = ["Memory.Up", "Memory.Down"];

    public override string Name => "facts";

    public override string Claim => "1,000 random facts in 10,000 experts, 8 a row: recalled, and the network is what it was (Li et al., Banishing LLM Hallucinations Requires Rethinking Generalization, 2024)";

    public override IEnumerable<Finding> Run(Device device, CancellationToken cancellation)
    {
        using MemoryNet model = new(device);
        model.Initialize(1);
        using DataLoader training = new(device, General(16_384, 1), 256, seed: 2);
        using DataLoader test = new(device, General(4_096, 2), 256, isShuffled: false);
        // The selection learns slowly: at the full rate the keys of a few experts grow until every row asks those.
        ParameterGroup memory = ParameterGroup.Named("Memory.*") with { LearningRateFactor = 0.1 };
        using (Trainer warmUp = new(model, new AdamW { LearningRate = 3e-3, Groups = [memory] }))
            warmUp.Fit(training, cancellationToken: cancellation);

        using DataLoader facts = new(device, Random(Count, 3), 100, seed: 4), all = new(device, Random(Count, 3), Count, isShuffled: false);
        double before = Evaluate(model, test, cancellation)["loss"], known = Evaluate(model, all, cancellation)["accuracy"];
        float[][] weights = Values(model);
        TrainingReport report = Memorize(model, facts, all, cancellation);
        double recall = Evaluate(model, all, cancellation)["accuracy"], after = Evaluate(model, test, cancellation)["loss"];
        double change = Math.Abs(after - before) / before;
        bool isRestFrozen = model.Parameters.Where(static p => !s_experts.Contains(p.Path)).All(p => weights[p.Index].AsSpan().SequenceEqual(p.Value.ToArray()));
        return
        [
            new Finding("facts recalled before", "at most 2 %", Percent(known), known <= 0.02),
            new Finding("facts recalled", "at least 99 %", Percent(recall), recall >= 0.99),
            new Finding("loss on the facts", "below 0.01", Number(report.Evaluation!["loss"]), report.Evaluation["loss"] <= Goal),
            new Finding("steps of 100 facts", "", report.Steps.ToString("N0", CultureInfo.InvariantCulture), true),
            new Finding("loss on the general task", $"{Number(before)} within 1 %", $"{Number(after)}, {Percent(change)}", change < 0.01),
            new Finding("weights that are frozen", "the same bits", isRestFrozen ? "the same bits" : "changed", isRestFrozen),
        ];
    }

    private static TrainingReport Memorize(MemoryNet model, DataLoader facts, DataLoader all, CancellationToken cancellation)
    {
        string best = Path.GetTempFileName();
        try
        {
            TrainerOptions options = new() { Epochs = 400, EarlyStopping = new EarlyStopping { Goal = Goal, Patience = 400, BestPath = best } };
            AdamW optimizer = new() { LearningRate = 3e-3, WeightDecay = 0, Groups = [ParameterGroup.AllBut(s_experts) with { IsFrozen = true }] };
            using Trainer trainer = new(model, optimizer, options);
            return trainer.Fit(facts, all, cancellationToken: cancellation);
        }
        finally
        {
            File.Delete(best);
        }
    }

    private static EvaluationReport Evaluate(MemoryNet model, DataLoader data, CancellationToken cancellation)
    {
        using Evaluator evaluator = new(model, new Accuracy("logits", "labels"));
        return evaluator.Evaluate(data, cancellation);
    }

    /// <summary>Points around the centers of clusters; a cluster is a class, but for a tenth of the points, whose class is random.</summary>
    private static Dataset General(int rows, int seed)
    {
        Random centers = new(5), random = new(seed);
        float[] center = [.. Enumerable.Range(0, Kinds * MemoryNet.Features).Select(_ => Normal(centers))];
        float[] x = new float[rows * MemoryNet.Features];
        int[] labels = new int[rows];
        for (int row = 0; row < rows; row++)
        {
            labels[row] = random.Next(Kinds);
            for (int f = 0; f < MemoryNet.Features; f++)
                x[row * MemoryNet.Features + f] = center[labels[row] * MemoryNet.Features + f] + Spread * Normal(random);
            // So the least loss is not 0, of which everything is a multiple.
            if (random.NextSingle() < Noise)
                labels[row] = random.Next(Kinds);
        }
        return new Dataset(new FloatColumn("x", x, MemoryNet.Features), new IntegerColumn("labels", labels));
    }

    /// <summary>Points anywhere, of any class.</summary>
    private static Dataset Random(int rows, int seed)
    {
        Random random = new(seed);
        float[] x = [.. Enumerable.Range(0, rows * MemoryNet.Features).Select(_ => Normal(random))];
        return new Dataset(new FloatColumn("x", x, MemoryNet.Features), new IntegerColumn("labels", [.. Enumerable.Range(0, rows).Select(_ => random.Next(MemoryNet.Classes))]));
    }

    private static float Normal(Random random) => (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));

    private static float[][] Values(Model model) => [.. model.Parameters.Select(static parameter => parameter.Value.ToArray())];

    private static string Percent(double share) => share.ToString("P2", CultureInfo.InvariantCulture);

    private static string Number(double number) => number.ToString("0.00000", CultureInfo.InvariantCulture);
}
