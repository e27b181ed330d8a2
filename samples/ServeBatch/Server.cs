using System.Diagnostics;
using MoECompiler;

namespace ServeBatch;

/// <summary>One base with an adapter for each customer, and requests that come from all of them at once.</summary>
internal sealed class Server : IDisposable
{
    private readonly Device _device;
    private readonly StyleModel _model;
    private readonly CustomerAdapterBank _bank;
    private readonly CustomerAdapter[] _adapters;
    private readonly int[] _numbers;

    public Server(Device device, int customers, ulong seed, IProgress<double>? progress, CancellationToken cancellation)
    {
        _device = device;
        _model = new StyleModel(device);
        _model.Initialize(seed);
        _bank = new CustomerAdapterBank(_model, customers);
        _adapters = new CustomerAdapter[customers];
        _numbers = new int[customers];
        for (int i = 0; i < customers; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            _adapters[i] = new CustomerAdapter(_model);
            Personalize(_adapters[i], seed + (ulong)i + 1);
            _numbers[i] = _bank.Add(_adapters[i]);
            progress?.Report((i + 1.0) / customers);
        }
    }

    public long ModelBytes => _model.ParameterCount * sizeof(float);

    public long AdapterBytes => _adapters[0].ParameterCount * sizeof(float);

    /// <summary>
    /// Rows a second of mixed batches: all rows at once by the bank, row by row, each under its own adapter, and all rows by the base without
    /// adapters. The median of the rounds.
    /// </summary>
    /// <exception cref="InvalidOperationException">The two do not compute the same.</exception>
    public (double Together, double Switching, double Base) Measure(int rows, int rounds, CancellationToken cancellation)
    {
        Random random = new(1);
        View<float> features = _device.New<float>(rows, _model.Sizes.Features), one = _device.New<float>(1, _model.Sizes.Features);
        View<float> together = _device.New<float>(rows, _model.Sizes.Classes), alone = _device.New<float>(1, _model.Sizes.Classes);
        View<int> numbers = _device.New<int>(rows);
        float[] switched = new float[rows * _model.Sizes.Classes];
        double[] ofBank = new double[rounds], ofSwitching = new double[rounds], ofBase = new double[rounds];
        // The first round warms up and does not count.
        for (int round = -1; round < rounds; round++)
        {
            cancellation.ThrowIfCancellationRequested();
            int[] customers = [.. Enumerable.Range(0, rows).Select(_ => random.Next(_adapters.Length))];
            foreach (ref float feature in features.Span)
                feature = random.NextSingle() - 0.5f;
            for (int row = 0; row < rows; row++)
                numbers.Span[row] = _numbers[customers[row]];

            long start = Stopwatch.GetTimestamp();
            _bank.Forward(features, numbers, together);
            _ = together.Span[0];
            double bankTime = Stopwatch.GetElapsedTime(start).TotalSeconds;

            start = Stopwatch.GetTimestamp();
            for (int row = 0; row < rows; row++)
            {
                features.At(row).Span.CopyTo(one.Span);
                _adapters[customers[row]].Forward(one, alone);
                alone.Span.CopyTo(switched.AsSpan(row * _model.Sizes.Classes));
            }
            double switchingTime = Stopwatch.GetElapsedTime(start).TotalSeconds;

            Check(together.Span, switched);
            start = Stopwatch.GetTimestamp();
            _model.Forward(features, together);
            _ = together.Span[0];
            double baseTime = Stopwatch.GetElapsedTime(start).TotalSeconds;
            if (round >= 0)
                (ofBank[round], ofSwitching[round], ofBase[round]) = (rows / bankTime, rows / switchingTime, rows / baseTime);
        }
        return (Median(ofBank), Median(ofSwitching), Median(ofBase));
    }

    public void Dispose()
    {
        foreach (CustomerAdapter adapter in _adapters)
            adapter.Dispose();
        _bank.Dispose();
        _model.Dispose();
    }

    /// <summary>Random factors in place of trained ones: a new adapter changes nothing.</summary>
    private static void Personalize(CustomerAdapter adapter, ulong seed)
    {
        adapter.Initialize(seed);
        foreach (LoraFactors site in adapter.Sites.Cast<LoraFactors>())
        {
            float[] b = new float[site.B.Count];
            Distributions.FillNormal(new RandomState(seed, Step: 1), site.B.Index, b);
            foreach (ref float element in b.AsSpan())
                element *= 0.05f;
            site.B.Value.CopyFrom(b);
        }
    }

    private static void Check(ReadOnlySpan<float> found, ReadOnlySpan<float> expected)
    {
        for (int i = 0; i < found.Length; i++)
        {
            if (!(MathF.Abs(found[i] - expected[i]) <= 1e-4f * (1 + MathF.Abs(expected[i]))))
                throw new InvalidOperationException($"The bank gives {found[i]} where the adapter alone gives {expected[i]}, at element {i}.");
        }
    }

    private static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
