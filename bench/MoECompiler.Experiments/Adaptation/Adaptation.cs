using System.Globalization;
using FashionMoE;
using MoECompiler;

namespace MoECompiler.Experiments;

/// <summary>A network that knows images of clothes learns the same images turned by a quarter, in every way that the literature compares.</summary>
internal sealed class Adaptation : Experiment
{
    public override string Name => "adaptation";

    public override string Claim =>
        "NOLA with LoRA's parameters or half of them is within 2 % of it, and better with more; DoRA is no worse than LoRA; half fine-tuning forgets less than full (Koohpayegani et al., Liu et al., Hui et al., 2024)";

    public override IEnumerable<Finding> Run(Device device, CancellationToken cancellation)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory();
        try
        {
            Teacher teacher = new(device, AdaptationTasks.Of(FashionData.Read(FashionData.Shipped)), folder.FullName, cancellation);
            Taught before = teacher.TrainFirst();
            Taught full = teacher.Teach(FineTuning.Full), half = teacher.Teach(FineTuning.Half, full.LearningRate);
            Taught lora1 = teacher.Teach(FineTuning.Lora1), lora4 = teacher.Teach(FineTuning.Lora4), dora = teacher.Teach(FineTuning.Dora4), gains = teacher.Teach(FineTuning.Gains);
            Taught[] nola = [.. FineTuning.Nola.Select(way => teacher.Teach(way))];
            return
            [
                new Finding("nothing taught: turned, upright", "", Accuracies(before), true),
                Row(FineTuning.Full, full),
                Compare(FineTuning.Half, half, $"upright more than {Text(full.MeanKnown)}", half.Known, full.Known, half.MeanKnown > full.MeanKnown),
                Row(FineTuning.Lora1, lora1),
                Row(FineTuning.Lora4, lora4),
                Compare(FineTuning.Dora4, dora, $"turned at least {Text(lora4.MeanTask)}", dora.Task, lora4.Task, dora.MeanTask >= lora4.MeanTask),
                Row(FineTuning.Gains, gains),
                .. FineTuning.Nola.Select((way, i) => Nola(way, nola[i], i == 0 ? null : nola[i - 1], lora1)),
            ];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>More numbers are no worse than fewer; with as many as LoRA of rank 1 at most, and at least about half as many, NOLA has 98 % of its accuracy.</summary>
    private static Finding Nola(FineTuning way, Taught found, Taught? smaller, Taught lora)
    {
        bool isComparable = found.Trained <= lora.Trained && found.Trained >= 0.45 * lora.Trained;
        double least = Math.Max(smaller?.MeanTask ?? 0, isComparable ? 0.98 * lora.MeanTask : 0);
        return least == 0 ? Row(way, found) : Compare(
            way, found, $"turned at least {Text(least)}", found.Task, smaller is not null && least == smaller.MeanTask ? smaller.Task : lora.Task, found.MeanTask >= least);
    }

    private static Finding Row(FineTuning way, Taught found) => new(Title(way, found), "", Accuracies(found), true);

    /// <summary>A row whose mean of <paramref name="a"/> should not be below that of <paramref name="b"/>.</summary>
    private static Finding Compare(FineTuning way, Taught found, string expected, double[] a, double[] b, bool holds)
    {
        (double difference, double error) = (a.Average() - b.Average(), Taught.Error(a, b));
        string reason = !holds && Math.Abs(difference) < 2 * error ? $"by {Text(-difference)}, less than two standard errors of {Text(error)} over the seeds" : "";
        return new Finding(Title(way, found), expected, Accuracies(found), holds, reason);
    }

    private static string Title(FineTuning way, Taught found) => string.Create(CultureInfo.InvariantCulture, $"{way.Name}: {found.Trained:N0} parameters, rate {found.LearningRate}");

    private static string Accuracies(Taught found) => $"{Text(found.MeanTask)}, {Text(found.MeanKnown)}";

    private static string Text(double share) => (100 * share).ToString("0.00", CultureInfo.InvariantCulture) + " %";
}
