using MoECompiler.Data;

namespace FashionMoE;

/// <summary>The images and classes of Fashion-MNIST, or of another set in its form, for training and for testing.</summary>
/// <param name="Training">Columns pixels f32[B, 28, 28, 1] and labels i32[B].</param>
/// <param name="Test">The same columns, with pixels scaled as in training.</param>
/// <param name="Scale">How the pixels are scaled.</param>
internal sealed record FashionData(Dataset Training, Dataset Test, PixelScale Scale)
{
    public const int Side = 28;

    /// <summary>The names of the classes by their numbers.</summary>
    public static IReadOnlyList<string> Classes { get; } =
        ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"];

    /// <summary>The folder with the subset that is part of the program.</summary>
    public static string Shipped { get; } = Path.Combine(AppContext.BaseDirectory, "data");

    /// <summary>Reads the four files of a folder and scales the pixels so that those for training have mean 0 and deviation 1.</summary>
    /// <exception cref="DataException">A file is missing or is not what its name says.</exception>
    public static FashionData Read(string folder)
    {
        ByteColumn training = Images(folder, "train");
        (double mean, double deviation) = training.Moments();
        PixelScale scale = new(mean, deviation);
        return new FashionData(new Dataset(training.Scaled(mean, deviation), Labels(folder, "train", training.Rows)), ReadTest(folder, scale), scale);
    }

    /// <summary>Reads the two files of the test images alone.</summary>
    /// <exception cref="DataException">A file is missing or is not what its name says.</exception>
    public static Dataset ReadTest(string folder, PixelScale scale)
    {
        ByteColumn test = Images(folder, "t10k");
        return new Dataset(test.Scaled(scale.Mean, scale.Deviation), Labels(folder, "t10k", test.Rows));
    }

    private static ByteColumn Images(string folder, string set)
    {
        string path = Find(folder, $"{set}-images-idx3-ubyte");
        ByteColumn images = IdxFile.Read(path).ToBytes("pixels");
        if (images.Rows == 0 || !images.Spec.RowExtents.ToArray().AsSpan().SequenceEqual([Side, Side]))
            throw new DataException(path, $"expected images of {Side} x {Side} pixels, found {images.Rows} of {images.Spec.RowExtents}.");
        return new ByteColumn("pixels", images.Elements.ToArray(), [Side, Side, 1]);
    }

    private static IntegerColumn Labels(string folder, string set, int images)
    {
        string path = Find(folder, $"{set}-labels-idx1-ubyte");
        IntegerColumn labels = IdxFile.Read(path).ToIntegers("labels");
        if (labels.RowLength != 1 || labels.Rows != images)
            throw new DataException(path, $"expected a label for each of {images} images, found {labels.Rows} rows of {labels.RowLength}.");
        foreach (int label in labels.Elements)
        {
            if ((uint)label >= Classes.Count)
                throw new DataException(path, $"expected classes from 0 to {Classes.Count - 1}, found {label}.");
        }
        return labels;
    }

    /// <summary>The file by its name or with <c>.gz</c> after it.</summary>
    private static string Find(string folder, string name)
    {
        string path = Path.Combine(folder, name);
        if (File.Exists(path))
            return path;
        return File.Exists(path + ".gz") ? path + ".gz" : throw new DataException(path, "there is no such file, nor one with .gz after its name.");
    }
}
