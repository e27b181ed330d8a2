using System.Globalization;
using MoECompiler.Checkpoints;

namespace FashionMoE;

/// <summary>How pixels become a model's input: less the mean, divided by the deviation. It is saved with the model, which was trained on nothing else.</summary>
internal sealed record PixelScale(double Mean, double Deviation)
{
    private const string MeanKey = "pixels.mean";
    private const string DeviationKey = "pixels.deviation";

    /// <summary>The texts to save.</summary>
    public IReadOnlyDictionary<string, string> Texts => new Dictionary<string, string>
    {
        [MeanKey] = Mean.ToString("R", CultureInfo.InvariantCulture),
        [DeviationKey] = Deviation.ToString("R", CultureInfo.InvariantCulture),
    };

    /// <summary>The scale that was saved in a model's file.</summary>
    /// <exception cref="CheckpointException">There is no such file, or no scale in it.</exception>
    public static PixelScale Read(string path)
    {
        using Checkpoint checkpoint = Checkpoint.Open(path);
        return new PixelScale(Number(checkpoint, MeanKey), Number(checkpoint, DeviationKey));
    }

    private static double Number(Checkpoint checkpoint, string key) =>
        double.TryParse(checkpoint.Metadata.GetValueOrDefault(key), NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            ? number
            : throw new CheckpointException(checkpoint.Path, $"it does not say {key}, as a model of this program does.");
}
