using MoECompiler.Training;

namespace MoECompiler.Data;

/// <summary>
/// Batches of a data set, epoch after epoch without end: in each epoch every row once, its last batch being what is left. The order is
/// a function of the seed and the epoch, so that any batch can be made again.
/// </summary>
public sealed class DataLoader : IDisposable
{
    private readonly Dataset _data;
    private readonly ulong _seed;
    private readonly bool _isShuffled;
    private readonly int[] _order;
    private readonly Batch _batch;
    private long _orderedEpoch = -1;

    /// <param name="device">What the batches lie on.</param>
    /// <param name="data">What they are made of.</param>
    /// <param name="batchSize">The rows of each batch but an epoch's last.</param>
    /// <param name="seed">What the orders are made of.</param>
    /// <param name="isShuffled">False gives the rows in their own order in every epoch.</param>
    /// <exception cref="ArgumentException">The data have no rows.</exception>
    public DataLoader(Device device, Dataset data, int batchSize, ulong seed = 0, bool isShuffled = true)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        if (data.Rows == 0)
            throw new ArgumentException("The data have no rows.", nameof(data));
        _data = data;
        _seed = seed;
        _isShuffled = isShuffled;
        BatchSize = batchSize;
        _order = new int[data.Rows];
        RowOrder.Fill(_order);
        _batch = new Batch(device, Math.Min(batchSize, data.Rows), data.Specs);
    }

    /// <summary>What a batch has.</summary>
    public IReadOnlyList<TensorSpec> Columns => _data.Specs;

    /// <summary>The rows of an epoch.</summary>
    public int Rows => _data.Rows;

    public int BatchSize { get; }

    public int BatchesPerEpoch => (int)(((long)Rows + BatchSize - 1) / BatchSize);

    /// <summary>How many batches come before the next one, from the first of epoch 0 on.</summary>
    public long Position { get; private set; }

    /// <summary>What two loaders of equal data must have in common to give equal batches.</summary>
    public string Identity => $"{Rows} rows in batches of {BatchSize}, {(_isShuffled ? $"shuffled by seed {_seed}" : "in order")}";

    /// <summary>Makes batch <paramref name="position"/>, counted from the first of epoch 0 on, the next one.</summary>
    public void Seek(long position)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        Position = position;
    }

    /// <summary>The next batch, in memory that the following one overwrites; allocates nothing.</summary>
    public Batch Next()
    {
        (long epoch, long index) = Math.DivRem(Position, BatchesPerEpoch);
        if (_isShuffled && epoch != _orderedEpoch)
        {
            RowOrder.Shuffle(_order, _seed, RowOrder.EpochSite, epoch);
            _orderedEpoch = epoch;
        }
        int first = (int)(index * BatchSize);
        ReadOnlySpan<int> rows = _order.AsSpan(first, Math.Min(BatchSize, Rows - first));
        _batch.Rows = rows.Length;
        for (int i = 0; i < _data.Columns.Count; i++)
            _data.Columns[i].CopyTo(_batch, rows);
        Position++;
        return _batch;
    }

    public void Dispose() => _batch.Dispose();
}
