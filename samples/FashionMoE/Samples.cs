using System.Globalization;
using MoECompiler;
using MoECompiler.Data;
using Spectre.Console;

namespace FashionMoE;

/// <summary>Classifies a few images and shows them.</summary>
internal static class Samples
{
    private const int Count = 4;

    /// <summary>From dark to bright.</summary>
    private const string Shades = " .:-=+*#%@";

    public static void Print(ImageClassifier model, Dataset test)
    {
        int[] rows = [.. Enumerable.Range(0, Math.Min(Count, test.Rows))];
        Dataset few = test.Take(rows);
        using DataLoader loader = new(model.Device, few, few.Rows, isShuffled: false);
        View<float> logits = model.Device.New<float>(few.Rows, model.Sizes.Classes);
        using (logits.Buffer)
        {
            model.Forward(loader.Next().Float("pixels"), logits);
            ByteColumn pixels = (ByteColumn)few["pixels"];
            IntegerColumn labels = (IntegerColumn)few["labels"];
            AnsiConsole.Write(new Columns(rows.Select(row => new Rows(
                new Text(Picture(pixels.Elements.Slice(row * pixels.RowLength, pixels.RowLength))),
                new Text(Answer(logits.At(row).Span, labels.Elements[row]))))));
        }
    }

    /// <summary>A character for two pixels, one above the other: characters are about twice as high as wide.</summary>
    private static string Picture(ReadOnlySpan<byte> pixels)
    {
        const int Side = FashionData.Side;
        char[] text = new char[Side / 2 * (Side + 1)];
        Array.Fill(text, '\n');
        for (int y = 0; y < Side / 2; y++)
        {
            for (int x = 0; x < Side; x++)
            {
                int mean = (pixels[2 * y * Side + x] + pixels[(2 * y + 1) * Side + x]) / 2;
                text[y * (Side + 1) + x] = Shades[mean * Shades.Length / (byte.MaxValue + 1)];
            }
        }
        return new string(text);
    }

    /// <summary>Such as <c>Bag (99 %)</c>, and what the image shows where that is something else.</summary>
    private static string Answer(ReadOnlySpan<float> logits, int label)
    {
        int best = 0;
        for (int i = 1; i < logits.Length; i++)
            best = logits[i] > logits[best] ? i : best;
        double sum = 0;
        foreach (float logit in logits)
            sum += Math.Exp(logit - logits[best]);
        string truth = best == label ? "" : $", in truth {FashionData.Classes[label]}";
        return string.Create(CultureInfo.InvariantCulture, $"{FashionData.Classes[best]} ({1 / sum:P0}){truth}");
    }
}
