namespace MoECompiler.Ops;

public static partial class GpuKernels
{
    /// <summary>The cross-entropy of each row of logits against its label; 0 for a label below 0, NaN for one that is no class.</summary>
    public static void CrossEntropy(GpuDevice gpu, View<float> logits, View<int> labels, View<float> y, float Smoothing) => gpu.Launch(
        CrossEntropyOfRow, gpu.PerRow(labels.Count, logits.Columns, flops: 4 * logits.Count, bytes: 4 * (logits.Count + 2 * labels.Count)),
        gpu.Array(logits), gpu.Array(labels), gpu.Array(y), logits.Columns, Smoothing);

    /// <summary>dx[c] = dy (softmax(x)[c] - (1 - s) 1[c = label] - s / C); 0 for a label below 0, NaN for one that is no class.</summary>
    public static void CrossEntropyGradient(
        GpuDevice gpu, View<float> logits, View<int> labels, View<float> dy, View<float> dx, float Smoothing) => gpu.Launch(
        CrossEntropyGradientOfRow, gpu.PerRow(labels.Count, logits.Columns, flops: 5 * logits.Count, bytes: 8 * (logits.Count + labels.Count)),
        gpu.Array(logits), gpu.Array(labels), gpu.Array(dy), gpu.Array(dx), logits.Columns, Smoothing);

    private static void CrossEntropyOfRow(ArrayView<float> x, ArrayView<int> labels, ArrayView<float> y, int classes, float smoothing)
    {
        long row = (long)Grid.IdxX * classes;
        float greatest = GreatestOf(x, row, classes);
        float log = LogSumAbove(x, row, classes, greatest);
        float sum = 0;
        if (smoothing != 0)
        {
            for (int i = Group.IdxX; i < classes; i += Group.DimX)
                sum += x[row + i];
            sum = RowGroup.Sum(sum);
        }
        if (Group.IdxX != 0)
            return;
        int label = labels[Grid.IdxX];
        float loss = label < 0 ? 0 : float.NaN;
        if ((uint)label < (uint)classes)
        {
            // Both differences are taken from the greatest, so that large logits cost no digits.
            loss = (1 - smoothing) * (log - (x[row + label] - greatest));
            if (smoothing != 0)
                loss += smoothing * (log - (sum / classes - greatest));
        }
        y[Grid.IdxX] = loss;
    }

    private static void CrossEntropyGradientOfRow(
        ArrayView<float> x, ArrayView<int> labels, ArrayView<float> dy, ArrayView<float> dx, int classes, float smoothing)
    {
        long row = (long)Grid.IdxX * classes;
        float greatest = GreatestOf(x, row, classes);
        float share = 1 / SumOfExponentials(x, row, classes, greatest);
        float even = smoothing / classes;
        int label = labels[Grid.IdxX];
        float scale = label < classes ? dy[Grid.IdxX] : float.NaN;
        for (int i = Group.IdxX; i < classes; i += Group.DimX)
        {
            float difference = GpuMath.Exp(x[row + i] - greatest) * share - even - (i == label ? 1 - smoothing : 0);
            dx[row + i] = label < 0 ? 0 : scale * difference;
        }
    }
}
