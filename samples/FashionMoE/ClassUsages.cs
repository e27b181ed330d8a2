using MoECompiler;
using MoECompiler.Data;
using MoECompiler.Training;

namespace FashionMoE;

/// <summary>Measures how a model deals with each class.</summary>
internal static class ClassUsages
{
    private const int Batch = 250;

    /// <summary>Evaluates the images of each class by themselves, so that the loads of the experts are theirs.</summary>
    /// <param name="model">What is measured.</param>
    /// <param name="test">Images of all classes.</param>
    /// <param name="layers">The routed layers; each has a metric of its experts' load.</param>
    /// <param name="cancellation">Looked at between batches.</param>
    /// <returns>The classes that have images.</returns>
    public static IReadOnlyList<ClassUsage> Measure(ImageClassifier model, Dataset test, IReadOnlyList<string> layers, CancellationToken cancellation)
    {
        using Evaluator evaluator = new(model, new Accuracy("logits", "labels"));
        IntegerColumn labels = (IntegerColumn)test["labels"];
        List<ClassUsage> classes = [];
        for (int label = 0; label < FashionData.Classes.Count; label++)
        {
            int[] rows = [.. Enumerable.Range(0, test.Rows).Where(row => labels.Elements[row] == label)];
            if (rows.Length == 0)
                continue;
            using DataLoader images = new(model.Device, test.Take(rows), Batch, isShuffled: false);
            EvaluationReport report = evaluator.Evaluate(images, cancellation);
            classes.Add(new ClassUsage(
                FashionData.Classes[label], report.Rows, report["accuracy"], [.. layers.Select(layer => Shares(report.Find($"{layer}.load").Values))]));
        }
        return classes;
    }

    private static double[] Shares(IReadOnlyList<double> loads) => [.. loads.Select(load => load / loads.Sum())];
}
