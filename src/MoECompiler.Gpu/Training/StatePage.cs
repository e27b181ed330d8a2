namespace MoECompiler.Training;

/// <summary>A part of what an optimizer remembers in the host's memory, with its place in the window of the device's memory that all pages share.</summary>
internal sealed class StatePage
{
    private readonly List<(View<byte> There, View<byte> Here)> _parts = [];
    private long _end;

    /// <summary>Whether nothing was taken in yet.</summary>
    public bool IsEmpty => _parts.Count == 0;

    /// <summary>Takes in as many elements of a parameter as there is room for.</summary>
    /// <param name="item">The parameter, with a window.</param>
    /// <param name="first">The first of them.</param>
    /// <param name="end">The one after the last that is asked for.</param>
    /// <param name="size">They are a multiple of this, but for those up to the end.</param>
    /// <returns>The state of the first element in the window, and how many elements there are.</returns>
    public (StatePlace Place, long Count) Take(TrainedParameter item, long first, long end, int size)
    {
        View<float> window = item.Window!.Value;
        long room = window.Count * sizeof(float) - _end, left = end - first;
        long count = left;
        // As a parameter's bytes are all but proportional to its elements, this ends in a few rounds.
        while (count > 0 && Bytes(count) > room)
            count = Math.Min(count - 1, (long)(count * ((double)room / Bytes(count)))) / size * size;
        if (count <= 0)
            return (default, 0);

        StatePlace place = default;
        for (int kind = 0; kind < item.State.Count; kind++)
        {
            StateTensor state = item.State[kind];
            long at = window.Offset + _end;
            if (state.IsDynamic)
            {
                long scales = at + StateTensor.CodeBytes(count);
                Add(state.Codes.Buffer, state.Codes.Offset + first, at, count);
                Add(state.Scales.Buffer, state.Scales.Offset + first / DynamicCodes.Block * sizeof(float), scales, StateTensor.Blocks(count) * sizeof(float));
                place = place.With(kind, at, scales / sizeof(float));
            }
            else
            {
                Add(state.Value.Buffer, state.Value.Offset + first * sizeof(float), at, count * sizeof(float));
                place = place.With(kind, at / sizeof(float), 0);
            }
            _end += StateTensor.BytesOf(count, state.IsDynamic);
        }
        return (place, count);

        long Bytes(long elements) => item.State.Sum(state => StateTensor.BytesOf(elements, state.IsDynamic));

        void Add(Buffer there, long from, long to, long bytes)
        {
            Extents extents = new(checked((int)bytes));
            _parts.Add((there.View<byte>(extents, from), window.Buffer.View<byte>(extents, to)));
        }
    }

    /// <summary>Brings the state in, on the stream.</summary>
    public void Bring(GpuDevice gpu)
    {
        foreach ((View<byte> there, View<byte> here) in _parts)
            gpu.Copy(there, here);
    }

    /// <summary>Brings it back.</summary>
    public void Return(GpuDevice gpu)
    {
        foreach ((View<byte> there, View<byte> here) in _parts)
            gpu.Copy(here, there);
    }
}

/// <summary>Where the state of an element lies: floats, or a byte of codes and the float that is their scale.</summary>
internal readonly record struct StatePlace(long FirstState, long SecondState, long FirstScale, long SecondScale)
{
    /// <summary>The same with the place of one of the two kinds.</summary>
    public StatePlace With(int kind, long state, long scale) => kind == 0
        ? this with { FirstState = state, FirstScale = scale }
        : this with { SecondState = state, SecondScale = scale };

    /// <summary>The place of the element so many further on, a multiple of <see cref="DynamicCodes.Block"/>.</summary>
    public StatePlace After(long elements) => new(
        FirstState + elements, SecondState + elements, FirstScale + elements / DynamicCodes.Block, SecondScale + elements / DynamicCodes.Block);
}
