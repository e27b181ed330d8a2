using System.Runtime.InteropServices;
using MoECompiler;
using MoECompiler.Data;

namespace FashionMoE;

/// <summary>Compares a model with what was saved of it.</summary>
internal static class Reloaded
{
    /// <summary>The number of scores that both models give for all images; they must not differ in a bit.</summary>
    /// <exception cref="InvalidOperationException">They differ.</exception>
    public static int Check(ImageClassifier model, ImageClassifier loaded, DataLoader images)
    {
        View<float> expected = model.Device.New<float>(images.BatchSize, model.Sizes.Classes);
        View<float> found = model.Device.New<float>(images.BatchSize, model.Sizes.Classes);
        using (expected.Buffer)
        using (found.Buffer)
        {
            int count = 0;
            images.Seek(0);
            for (int i = 0; i < images.BatchesPerEpoch; i++)
            {
                Batch batch = images.Next();
                Extents extents = new(batch.Rows, model.Sizes.Classes);
                View<float> before = expected.Buffer.View<float>(extents), after = found.Buffer.View<float>(extents);
                model.Forward(batch.Float("pixels"), before);
                loaded.Forward(batch.Float("pixels"), after);
                if (!MemoryMarshal.AsBytes(before.Span).SequenceEqual(MemoryMarshal.AsBytes(after.Span)))
                    throw new InvalidOperationException("The model that was loaded gives other scores than the one that was saved.");
                count += before.Span.Length;
            }
            return count;
        }
    }
}
