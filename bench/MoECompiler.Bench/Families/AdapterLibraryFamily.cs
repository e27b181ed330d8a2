namespace MoECompiler.Bench.Families;

/// <summary>
/// 10,000 NOLA adapters of <see cref="ServedModel"/> in the host's memory: switching from one to another, and batches of 64 rows whose
/// adapters are drawn with odds of 1, 1/2, 1/3, ..., through a bank that has room for 512. The goal for a switch is a millisecond.
/// </summary>
public class AdapterLibraryFamily : Family
{
    private const int Adapters = 10_000, Room = 512, Rows = 64;

    private readonly double _flops = 2.0 * Rows * ServedModel.Width
        * (ServedModel.Features + 2 * 2 * ServedModel.TopK * ServedModel.Inner + ServedModel.Classes);

    private double _hits;

    public override IEnumerable<Case> Cases =>
    [
        new($"{Rows} rows of {Adapters} adapters, one after the other", Work.Flops(_flops), cpu =>
        {
            AdapterLibrary library = Library(cpu);
            Draws draws = new();
            View<float> x = Random(cpu, 1, 1, ServedModel.Features), y = cpu.New<float>(1, ServedModel.Classes);
            ServedAdapter adapter = (ServedAdapter)library.Adapter;
            return () =>
            {
                foreach (int number in draws.Next())
                {
                    library.Use(number);
                    adapter.Forward(x, y);
                }
            };
        }),
        new($"{Rows} rows of {Adapters} adapters together", Work.Flops(_flops), cpu =>
        {
            AdapterLibrary library = Library(cpu);
            ServedAdapterBank bank = new((ServedModel)library.Adapter.Base, Room);
            AdapterCache cache = new(library, bank);
            Draws draws = new();
            View<float> x = Random(cpu, 1, Rows, ServedModel.Features), y = cpu.New<float>(Rows, ServedModel.Classes);
            View<int> numbers = cpu.New<int>(Rows);
            return () =>
            {
                cache.Bring(draws.Next(), numbers.Span);
                bank.Forward(x, numbers, y);
                _hits = (double)cache.Hits / (cache.Hits + cache.Misses);
            };
        }),
        new("A switch from one to another", Work.Bytes(2.0 * sizeof(float) * 34 * (64 + 64)), cpu =>
        {
            AdapterLibrary library = Library(cpu);
            int number = 0;
            return () => library.Use(number = (number + 7919) % Adapters);
        }),
    ];

    public override string Compare(IReadOnlyList<double> ratios) => $"together {1 / ratios[1]:F1} times as fast, {_hits:P0} of the rows' adapters were in the bank";

    private static AdapterLibrary Library(CpuDevice cpu)
    {
        ServedModel model = new(cpu);
        model.Initialize(1);
        ServedAdapter adapter = new(model);
        AdapterLibrary library = new(adapter);
        for (int i = 0; i < Adapters; i++)
        {
            adapter.Initialize((ulong)i);
            library.Add();
        }
        return library;
    }

    /// <summary>Adapters of batches, small numbers more often than large ones.</summary>
    private sealed class Draws
    {
        private readonly Random _random = new(1);
        private readonly double[] _sums = new double[Adapters];
        private readonly int[] _drawn = new int[Rows];

        public Draws()
        {
            for (int i = 0; i < Adapters; i++)
                _sums[i] = (i > 0 ? _sums[i - 1] : 0) + 1.0 / (i + 1);
        }

        public int[] Next()
        {
            for (int row = 0; row < Rows; row++)
            {
                int place = Array.BinarySearch(_sums, _random.NextDouble() * _sums[^1]);
                _drawn[row] = place < 0 ? ~place : place;
            }
            return _drawn;
        }
    }
}
