namespace MoECompiler.Ops;

public static unsafe partial class Kernels
{
    /// <summary>The cross-entropy of each row of logits against its label; 0 for a label below 0.</summary>
    /// <exception cref="ArgumentException">A label is not below the number of classes.</exception>
    public static void CrossEntropy(CpuDevice cpu, View<float> logits, View<int> labels, View<float> y, float Smoothing)
    {
        CheckLabels(labels, logits.Columns);
        cpu.RunRows(
            new CrossEntropyRows(logits.Pointer, labels.Pointer, y.Pointer, logits.Columns, Smoothing),
            logits.Rows, (long)logits.Columns * ExponentialWork);
    }

    /// <summary>dx[c] = dy (softmax(x)[c] - (1 - s) 1[c = label] - s / C); 0 for a label below 0.</summary>
    /// <exception cref="ArgumentException">A label is not below the number of classes.</exception>
    public static void CrossEntropyGradient(
        CpuDevice cpu, View<float> logits, View<int> labels, View<float> dy, View<float> dx, float Smoothing)
    {
        CheckLabels(labels, logits.Columns);
        cpu.RunRows(
            new CrossEntropyGradientRows(logits.Pointer, labels.Pointer, dy.Pointer, dx.Pointer, logits.Columns, Smoothing),
            logits.Rows, (long)logits.Columns * ExponentialWork);
    }

    private static void CheckLabels(View<int> labels, int classes)
    {
        int* label = labels.Pointer;
        for (int i = 0; i < labels.Count; i++)
        {
            if (label[i] >= classes)
                throw IndexCheck.Outside("label", label[i], i, classes);
        }
    }

    private readonly struct CrossEntropyRows(float* x, int* labels, float* y, int classes, float smoothing) : IRowKernel
    {
        public void Run<V>(int first, int end) where V : unmanaged, ILanes<V>
        {
            for (int row = first; row < end; row++)
            {
                if (labels[row] < 0)
                {
                    y[row] = 0;
                    continue;
                }
                float* logits = x + (long)row * classes;
                float maximum = RowStatistics.Maximum<V>(logits, classes);
                float log = RowStatistics.LogSumAboveMaximum<V>(logits, maximum, classes);

                // Both differences are taken from the maximum, so that large logits cost no digits.
                float loss = (1 - smoothing) * (log - (logits[labels[row]] - maximum));
                if (smoothing != 0)
                    loss += smoothing * (log - (RowStatistics.Sum<V>(logits, classes) / classes - maximum));
                y[row] = loss;
            }
        }
    }

    private readonly struct CrossEntropyGradientRows(float* x, int* labels, float* dy, float* dx, int classes, float smoothing) : IRowKernel
    {
        public void Run<V>(int first, int end) where V : unmanaged, ILanes<V>
        {
            for (int row = first; row < end; row++)
            {
                float* to = dx + (long)row * classes;
                int label = labels[row];
                if (label < 0)
                {
                    new Span<float>(to, classes).Clear();
                    continue;
                }
                float* logits = x + (long)row * classes;
                float share = 1 / RowStatistics.Exponentials<V>(logits, to, RowStatistics.Maximum<V>(logits, classes), classes);
                float even = smoothing / classes;
                float atLabel = dy[row] * (to[label] * share - even - (1 - smoothing));
                (V shares, V evens, V scale) = (V.Of(share), V.Of(-even), V.Of(dy[row]));
                int i = 0;
                for (; i + V.Count <= classes; i += V.Count)
                    (scale * V.FusedMultiplyAdd(V.Load(to + i), shares, evens)).Store(to + i);
                if (i < classes)
                    Part.Store(scale * V.FusedMultiplyAdd(Part.Load<V>(to + i, classes - i, 0), shares, evens), to + i, classes - i);
                to[label] = atLabel;
            }
        }
    }
}
