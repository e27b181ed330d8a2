using MoECompiler.Data;

namespace MoECompiler.Tests.Training;

/// <summary>Points around one center a class, far enough apart that a linear model can tell nearly all of them.</summary>
internal static class Clusters
{
    public const int Features = 5;
    public const int Classes = 3;

    public static DataLoader Load(CpuDevice device, int rows = 203, int batchSize = 16, int seed = 1, bool isShuffled = true, float noise = 0.8f)
    {
        Random random = new(seed);
        float[] x = new float[rows * Features];
        int[] labels = new int[rows];
        for (int row = 0; row < rows; row++)
        {
            labels[row] = random.Next(Classes);
            for (int feature = 0; feature < Features; feature++)
                x[row * Features + feature] = (feature % Classes == labels[row] ? 1 : 0) + noise * (random.NextSingle() - 0.5f);
        }
        Dataset data = new(new FloatColumn("x", x, Features), new IntegerColumn("labels", labels));
        return new DataLoader(device, data, batchSize, (ulong)seed, isShuffled);
    }
}
