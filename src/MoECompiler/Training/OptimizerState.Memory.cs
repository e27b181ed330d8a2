namespace MoECompiler.Training;

/// <summary>Where copies, sums and what is remembered lie.</summary>
public sealed partial class OptimizerState
{
    private Buffer? _memory;
    private Buffer? _paged;

    /// <summary>
    /// The device's memory of what is remembered, of the 32-bit copies of parameters that are stored in 16 bits, and of gradients' sums where several
    /// batches make a step.
    /// </summary>
    public long Bytes => _memory!.Bytes;

    /// <summary>The bytes of what is remembered outside of the device's memory; see <see cref="StatePaging"/>.</summary>
    public long PagedBytes => _paged?.Bytes ?? 0;

    /// <summary>Copies, sums and what is remembered lie one parameter after the other; what is paged, elsewhere, and last the window that it comes through.</summary>
    private void Allocate()
    {
        long state = Trained.Where(IsPaged).Sum(StateBytesOf), rest = Trained.Sum(item => CopyBytesOf(item) + (IsPaged(item) ? 0 : StateBytesOf(item)));
        long window = state > 0 ? _model.Device.WindowBytes(state, _optimizer.Paging!) : 0;
        _paged = state > 0 ? _model.Device.AllocatePaged(state, _optimizer.Paging!) : null;
        _memory = _model.Device.Allocate(rest + window);
        View<float>? through = window > 0 ? _memory.View<float>(new Extents(checked((int)(window / sizeof(float)))), rest) : null;
        (long offset, long paged) = (0, 0);
        foreach (TrainedParameter item in Trained)
        {
            PlaceCopies(item, _memory, ref offset);
            item.Window = IsPaged(item) ? through : null;
            if (IsPaged(item))
                PlaceState(item, _paged!, ref paged);
            else
                PlaceState(item, _memory, ref offset);
        }
    }

    private bool IsPaged(TrainedParameter item) => _optimizer is { Paging: not null, States.Count: > 0 } && (!item.IsByRows || _model.Device.PagesRows);

    private long CopyBytesOf(TrainedParameter item) => item.Parameter.FloatBytes * ((item.HasCopy ? 1 : 0) + (_batches > 1 ? 1 : 0));

    private long StateBytesOf(TrainedParameter item) => _optimizer.States.Count * StateTensor.BytesOf(item.Parameter.Count, IsDynamic(item));

    private void PlaceCopies(TrainedParameter item, Buffer memory, ref long offset)
    {
        item.Master = item.HasCopy ? memory.View<float>(item.Parameter.Extents, offset) : item.Parameter.Value;
        offset += item.HasCopy ? item.Parameter.FloatBytes : 0;
        item.Accumulated = _batches > 1 ? memory.View<float>(item.Parameter.Extents, offset) : null;
        offset += _batches > 1 ? item.Parameter.FloatBytes : 0;
    }

    private void PlaceState(TrainedParameter item, Buffer memory, ref long offset)
    {
        item.State.Clear();
        foreach (StateKind kind in _optimizer.States)
        {
            item.State.Add(StateTensor.Place(kind, item.Parameter, IsDynamic(item), memory, offset));
            offset += StateTensor.BytesOf(item.Parameter.Count, IsDynamic(item));
        }
    }

    private bool IsDynamic(TrainedParameter item) =>
        _optimizer.StateFormat == StateFormat.Dynamic8 && item.Parameter.Count >= DynamicCodes.MinimumCount && !item.IsByRows && item.IsInBlocksOf(DynamicCodes.Block);

    private void Free()
    {
        _memory?.Dispose();
        _paged?.Dispose();
    }
}
