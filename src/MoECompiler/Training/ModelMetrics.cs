namespace MoECompiler.Training;

/// <summary>Where a model writes the numbers of its metrics, and their sums over batches.</summary>
internal sealed class ModelMetrics : IDisposable
{
    private readonly MetricSpec[] _specs;
    private readonly double[] _sums;
    private long _rows;

    public ModelMetrics(ITrainable model)
    {
        _specs = [.. model.Metrics];
        if (_specs is not [{ Count: 1, IsLoad: false }, ..])
            throw new ArgumentException("The first metric of a model has to be its loss, one number.");
        _sums = new double[_specs.Sum(static spec => spec.Count)];
        Written = model.Device.Allocate(_sums.Length * sizeof(float)).View<float>(new Extents(_sums.Length));
        Last = Written.Buffer.IsHostVisible ? Written : model.Device.New<float>(_sums.Length);
    }

    /// <summary>Where a training step writes its numbers: memory of the device, which judges them itself.</summary>
    public View<float> Written { get; }

    /// <summary>The numbers of the last batch, in the order of the metrics, where the host reads them.</summary>
    public View<float> Last { get; }

    public float Loss => Last.Span[0];

    /// <summary>The last batch's metrics.</summary>
    public IReadOnlyList<MetricValue> LastValues => Values(Array.ConvertAll(Last.Span.ToArray(), static number => (double)number), static (_, number) => number);

    /// <summary>The metrics of all batches that were added: means over rows, and sums of loads.</summary>
    public IReadOnlyList<MetricValue> Totals => Values(_sums, (spec, sum) => spec.IsLoad ? sum : sum / _rows);

    /// <summary>The first metric with a number that is not finite, and the number; null if all are finite.</summary>
    public (string Name, float Number)? FindNotFinite()
    {
        ReadOnlySpan<float> numbers = Last.Span;
        foreach (MetricSpec spec in _specs)
        {
            for (int i = 0; i < spec.Count; i++)
            {
                if (!float.IsFinite(numbers[i]))
                    return (spec.Layers == 0 ? spec.Name : spec.NameIn(i / (spec.Count / spec.Layers)), numbers[i]);
            }
            numbers = numbers[spec.Count..];
        }
        return null;
    }

    public void Clear()
    {
        Array.Clear(_sums);
        _rows = 0;
    }

    /// <summary>Adds the last batch, of so many rows.</summary>
    public void Add(int rows)
    {
        ReadOnlySpan<float> numbers = Last.Span;
        int at = 0;
        foreach (MetricSpec spec in _specs)
        {
            for (int i = 0; i < spec.Count; i++, at++)
                _sums[at] += spec.IsLoad ? numbers[at] : (double)numbers[at] * rows;
        }
        _rows += rows;
    }

    public void Dispose()
    {
        Written.Buffer.Dispose();
        Last.Buffer.Dispose();
    }

    private List<MetricValue> Values(ReadOnlySpan<double> numbers, Func<MetricSpec, double, double> value)
    {
        List<MetricValue> metrics = [];
        foreach (MetricSpec spec in _specs)
        {
            double[] all = Array.ConvertAll(numbers[..spec.Count].ToArray(), number => value(spec, number));
            int count = spec.Layers == 0 ? spec.Count : spec.Count / spec.Layers;
            for (int start = 0; start < spec.Count; start += count)
            {
                string name = spec.Layers == 0 ? spec.Name : spec.NameIn(start / count);
                metrics.Add(new MetricValue(name, all[start..(start + count)]) { Coefficient = spec.Coefficient });
            }
            numbers = numbers[spec.Count..];
        }
        return metrics;
    }
}
