using FashionMoE;
using MoECompiler.Data;

namespace MoECompiler.Experiments;

/// <summary>Images of clothes as they are, which a network knows, and turned by a quarter, which it is taught.</summary>
/// <param name="Known">What the network is trained on at first: upright images.</param>
/// <param name="KnownTest">Upright images that nothing is trained on.</param>
/// <param name="Taught">Turned images to be taught.</param>
/// <param name="HeldBack">Turned images by which learning rates are chosen.</param>
/// <param name="Test">Turned images that nothing is trained on or chosen by.</param>
internal sealed record AdaptationTasks(Dataset Known, Dataset KnownTest, Dataset Taught, Dataset HeldBack, Dataset Test)
{
    private const int HeldBackRows = 2_000;

    public static AdaptationTasks Of(FashionData data)
    {
        (Dataset taught, Dataset heldBack) = data.Training.SplitStratified("labels", HeldBackRows, seed: 1);
        return new AdaptationTasks(taught, data.Test, Turned(taught), Turned(heldBack), Turned(data.Test));
    }

    private static Dataset Turned(Dataset images)
    {
        const int Side = FashionData.Side;
        ByteColumn pixels = (ByteColumn)images["pixels"];
        ReadOnlySpan<byte> from = pixels.Elements;
        byte[] to = new byte[from.Length];
        for (int i = 0; i < to.Length; i++)
        {
            (int image, int row, int column) = (i / (Side * Side), i / Side % Side, i % Side);
            to[i] = from[image * Side * Side + (Side - 1 - column) * Side + row];
        }
        return new Dataset(new ByteColumn("pixels", to, [Side, Side, 1], pixels.Mean, pixels.Deviation), images["labels"]);
    }
}
