using FashionMoE;
using MoECompiler.Data;

namespace Adapters;

/// <summary>The images of the classes that the base learns, and of those that are left for the adapters.</summary>
internal sealed class ClassSplit
{
    /// <param name="data">All images.</param>
    /// <param name="left">The classes that the base does not see.</param>
    /// <param name="replay">How many images of the old classes are learned again with the new ones, as a share of the old ones.</param>
    public ClassSplit(FashionData data, IReadOnlySet<int> left, double replay)
    {
        (int[] fresh, int[] old) = (Rows(data.Training, left.Contains), Rows(data.Training, label => !left.Contains(label)));
        int every = replay > 0 ? Math.Max(1, (int)Math.Round(1 / replay)) : int.MaxValue;
        Base = data.Training.Take(old);
        Adapter = data.Training.Take([.. fresh, .. old.Where((_, i) => replay > 0 && i % every == 0)]);
        OldTest = data.Test.Take(Rows(data.Test, label => !left.Contains(label)));
        NewTest = data.Test.Take(Rows(data.Test, left.Contains));
    }

    /// <summary>What the base is trained on.</summary>
    public Dataset Base { get; }

    /// <summary>What the adapters are trained on.</summary>
    public Dataset Adapter { get; }

    public Dataset OldTest { get; }

    public Dataset NewTest { get; }

    private static int[] Rows(Dataset data, Func<int, bool> isTaken)
    {
        ReadOnlySpan<int> labels = ((IntegerColumn)data["labels"]).Elements;
        List<int> rows = [];
        for (int row = 0; row < labels.Length; row++)
        {
            if (isTaken(labels[row]))
                rows.Add(row);
        }
        return [.. rows];
    }
}
