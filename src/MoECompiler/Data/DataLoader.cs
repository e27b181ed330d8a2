using MoECompiler.Training;

namespace MoECompiler.Data;

/// <summary>
/// Batches of a data set, epoch after epoch without end: in each epoch every row once, or those that a sampler draws, its last batch being what
/// is left. The order is a function of the seed and the epoch, so that any batch can be made again.
/// </summary>
public sealed class DataLoader : IDisposable
{
    private readonly Dataset _data;
    private readonly RowSampler _sampler;
    private readonly int[] _order;
    private readonly Batch _batch;
    private long _orderedEpoch;

    /// <param name="device">What the batches lie on.</param>
    /// <param name="data">What they are made of.</param>
    /// <param name="batchSize">The rows of each batch but an epoch's last.</param>
    /// <param name="seed">What the orders are made of.</param>
    /// <param name="isShuffled">False gives the rows in their own order in every epoch.</param>
    /// <exception cref="ArgumentException">The data have no rows.</exception>
    public DataLoader(Device device, Dataset data, int batchSize, ulong seed = 0, bool isShuffled = true)
        : this(device, data, batchSize, isShuffled ? RowSampler.Shuffled(seed) : RowSampler.InOrder)
    {
    }

    /// <param name="device">What the batches lie on.</param>
    /// <param name="data">What they are made of.</param>
    /// <param name="batchSize">The rows of each batch but an epoch's last.</param>
    /// <param name="sampler">Which rows an epoch has, and in which order.</param>
    /// <exception cref="ArgumentException">The data have no rows, or the sampler is for another number of them.</exception>
    public DataLoader(Device device, Dataset data, int batchSize, RowSampler sampler)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        if (data.Rows == 0)
            throw new ArgumentException("The data have no rows.", nameof(data));
        _data = data;
        _sampler = sampler;
        BatchSize = batchSize;
        _order = new int[data.Rows];
        _sampler.Fill(_order, epoch: 0);
        _orderedEpoch = 0;
        _batch = new Batch(device, Math.Min(batchSize, data.Rows), data.Specs);
    }

    /// <summary>What a batch has.</summary>
    public IReadOnlyList<TensorSpec> Columns => _data.Specs;

    /// <summary>The rows of an epoch.</summary>
    public int Rows => _data.Rows;

    public int BatchSize { get; }

    /// <summary>The rows of the batch at a position.</summary>
    public int RowsAt(long position) => (int)Math.Min(BatchSize, Rows - position % BatchesPerEpoch * BatchSize);

    public int BatchesPerEpoch => (int)(((long)Rows + BatchSize - 1) / BatchSize);

    /// <summary>How many batches come before the next one, from the first of epoch 0 on.</summary>
    public long Position { get; private set; }

    /// <summary>What two loaders of equal data must have in common to give equal batches.</summary>
    public string Identity => $"{Rows} rows in batches of {BatchSize}, {_sampler.Description}";

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
        if (epoch != _orderedEpoch)
        {
            _sampler.Fill(_order, epoch);
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
