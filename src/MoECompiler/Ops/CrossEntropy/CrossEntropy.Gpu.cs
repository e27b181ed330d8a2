namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    /// <summary>The cross-entropy of each row of logits against its label; 0 for a label below 0, NaN for one past the classes.</summary>
    public static void CrossEntropy(GpuDevice gpu, View<float> logits, View<int> labels, View<float> y, float Smoothing) => gpu.Launch(
        CrossEntropyRow, Work.PerRow(logits.Rows, gpu.Traits.RowGroup, flops: 4 * logits.Count, bytes: 4 * (logits.Count + 2 * y.Count)),
        gpu.Array(logits), gpu.Array(labels), gpu.Array(y), logits.Columns, Smoothing);

    /// <summary>dx[c] = dy (softmax(x)[c] - (1 - s) 1[c = label] - s / C); 0 for a label below 0, NaN for one past the classes.</summary>
    public static void CrossEntropyGradient(GpuDevice gpu, View<float> logits, View<int> labels, View<float> dy, View<float> dx, float Smoothing) => gpu.Launch(
        CrossEntropyGradientRow, Work.PerRow(logits.Rows, gpu.Traits.RowGroup, flops: 5 * logits.Count, bytes: 8 * (logits.Count + dy.Count)),
        gpu.Array(logits), gpu.Array(labels), gpu.Array(dy), gpu.Array(dx), logits.Columns, Smoothing);

    private static void CrossEntropyRow(ArrayView<float> x, ArrayView<int> labels, ArrayView<float> y, int classes, float smoothing)
    {
        long row = (long)Grid.IdxX * classes;
        int label = labels[Grid.IdxX];
        float greatest = RowMaximum(x, row, classes);
        float log = LogSumAbove(x, row, classes, greatest);
        float above = 0;
        for (int i = Group.IdxX; i < classes; i += Group.DimX)
            above += x[row + i] - greatest;
        above = RowGroup.Sum(above);
        if (Group.IdxX != 0)
            return;
        if (label < 0)
            y[Grid.IdxX] = 0;
        else if (label >= classes)
            y[Grid.IdxX] = float.NaN;
        else if (smoothing == 0f)
            y[Grid.IdxX] = log - (x[row + label] - greatest);
        else
            // Both differences are taken from the maximum, so that large logits cost no digits.
            y[Grid.IdxX] = (1 - smoothing) * (log - (x[row + label] - greatest)) + smoothing * (log - above / classes);
    }

    private static void CrossEntropyGradientRow(
        ArrayView<float> x, ArrayView<int> labels, ArrayView<float> dy, ArrayView<float> dx, int classes, float smoothing)
    {
        long row = (long)Grid.IdxX * classes;
        int label = labels[Grid.IdxX];
        float greatest = RowMaximum(x, row, classes);
        float log = LogSumAbove(x, row, classes, greatest);
        float scale = label >= classes ? float.NaN : dy[Grid.IdxX];
        for (int i = Group.IdxX; i < classes; i += Group.DimX)
        {
            float target = (i == label ? 1 - smoothing : 0) + smoothing / classes;
            dx[row + i] = label < 0 ? 0f : scale * (GpuMath.Exp(x[row + i] - greatest - log) - target);
        }
    }
}
