using System.Diagnostics;
using System.Globalization;
using FashionMoE;
using MoECompiler;
using MoECompiler.Data;

namespace Embedded;

/// <summary>Classifies images one by one, as they would come from a camera, and says what that costs.</summary>
internal sealed class Classifier : IDisposable
{
    /// <summary>So many answers are printed.</summary>
    private const int Shown = 5;

    private readonly CpuDevice _device = new(threads: 1);
    private readonly string _path;
    private readonly ImageClassifier _model;
    private readonly DataLoader _images;
    private readonly IntegerColumn _labels;
    private readonly View<float> _logits;

    /// <param name="path">The model's file.</param>
    /// <param name="folder">The images' folder.</param>
    public Classifier(string path, string folder)
    {
        _path = path;
        Dataset test = FashionData.ReadTest(folder, PixelScale.Read(path));
        _labels = (IntegerColumn)test["labels"];
        _model = ImageClassifier.Load(path, _device);
        _images = new DataLoader(_device, test, batchSize: 1, isShuffled: false);
        _logits = _device.New<float>(1, _model.Sizes.Classes);
    }

    public void Run()
    {
        double start = 0, seconds = 0;
        int right = 0;
        for (int i = 0; i < _labels.Rows; i++)
        {
            View<float> pixels = _images.Next().Float("pixels");
            long begin = Stopwatch.GetTimestamp();
            _model.Forward(pixels, _logits);
            int found = Best(_logits.Span);
            if (i == 0)
                start = SinceProcessStarted();
            else
                seconds += Stopwatch.GetElapsedTime(begin).TotalSeconds;
            right += found == _labels.Elements[i] ? 1 : 0;
            if (i < Shown)
                Console.WriteLine(Answer(found, _labels.Elements[i], _logits.Span));
        }
        using Process process = Process.GetCurrentProcess();
        Print($"on disk: {new FileInfo(Environment.ProcessPath!).Length:N0} bytes of program, {new FileInfo(_path).Length:N0} bytes of model");
        Print($"start-up: {1e3 * start:0} ms from the start of the process to the first answer");
        Print($"working set: {process.WorkingSet64 / 1e6:0.0} MB, at most {process.PeakWorkingSet64 / 1e6:0.0} MB");
        Print($"an image: {1e6 * seconds / Math.Max(1, _labels.Rows - 1):0} us on {_device.Name}");
        Print($"test accuracy: {right / (double)_labels.Rows:0.000}");
    }

    public void Dispose()
    {
        _images.Dispose();
        _logits.Buffer.Dispose();
        _model.Dispose();
        _device.Dispose();
    }

    private static int Best(ReadOnlySpan<float> logits)
    {
        int best = 0;
        for (int i = 1; i < logits.Length; i++)
            best = logits[i] > logits[best] ? i : best;
        return best;
    }

    /// <summary>Such as <c>Bag (99 %)</c>, and what the image shows where that is something else.</summary>
    private static string Answer(int found, int label, ReadOnlySpan<float> logits)
    {
        double sum = 0;
        foreach (float logit in logits)
            sum += Math.Exp(logit - logits[found]);
        string truth = found == label ? "" : $", in truth {FashionData.Classes[label]}";
        return string.Create(CultureInfo.InvariantCulture, $"{FashionData.Classes[found]} ({100 / sum:0} %){truth}");
    }

    private static double SinceProcessStarted()
    {
        using Process process = Process.GetCurrentProcess();
        return (DateTime.Now - process.StartTime).TotalSeconds;
    }

    private static void Print(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
