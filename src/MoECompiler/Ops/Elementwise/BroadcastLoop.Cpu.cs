namespace MoECompiler.Ops;

/// <summary>
/// A result and its operands as a loop over rows that are contiguous in the result: axes that every operand walks alike are made one, so
/// operands of one shape are a single row. Within a row an operand either advances with the result or is one element, repeated.
/// </summary>
internal unsafe struct BroadcastLoop
{
    public const int MaximumOperands = 6;

    private const int MaximumRank = MoECompiler.Extents.MaximumRank;

    private int _operands;
    private int _rank;
    private fixed int _extents[MaximumRank];
    private fixed long _strides[MaximumOperands * MaximumRank];
    private fixed long _addresses[MaximumOperands];
    private byte* _result;
    private int _elementBytes;

    public static BroadcastLoop Of<T>(View<T> result) where T : unmanaged
    {
        BroadcastLoop loop = new() { _result = (byte*)result.Pointer, _elementBytes = sizeof(T), _rank = result.Rank };
        for (int axis = 0; axis < result.Rank; axis++)
            loop._extents[axis] = result.Extents[axis];
        return loop;
    }

    /// <summary>The number of elements of a row.</summary>
    public readonly int RowLength => _rank == 0 ? 1 : _extents[_rank - 1];

    /// <summary>The number of rows.</summary>
    public readonly int Rows
    {
        get
        {
            int rows = 1;
            for (int axis = 0; axis + 1 < _rank; axis++)
                rows = checked(rows * _extents[axis]);
            return rows;
        }
    }

    public BroadcastLoop With(View<float> operand)
    {
        int missing = _rank - operand.Rank;
        long stride = 1;
        for (int axis = operand.Rank - 1; axis >= 0; axis--)
        {
            _strides[_operands * MaximumRank + missing + axis] = operand.Extents[axis] == 1 ? 0 : stride;
            stride *= operand.Extents[axis];
        }
        _addresses[_operands] = (long)operand.Pointer;
        _operands++;
        return this;
    }

    /// <summary>The same loop on as few axes as there can be.</summary>
    public BroadcastLoop Collapse()
    {
        int kept = 0;
        for (int axis = 0; axis < _rank; axis++)
        {
            if (_extents[axis] == 1)
                continue;
            if (kept > 0 && Continues(kept - 1, axis))
                MoveAxis(axis, kept - 1, checked(_extents[kept - 1] * _extents[axis]));
            else
                MoveAxis(axis, kept++, _extents[axis]);
        }
        _rank = kept;
        return this;
    }

    /// <summary>The addresses of row <paramref name="row"/>; <paramref name="repeated"/> has 16 floats for each operand.</summary>
    public readonly ElementRow RowAt(int row, float* repeated)
    {
        ElementRow addresses = new() { Y = _result + (long)row * RowLength * _elementBytes };
        for (int operand = 0; operand < _operands; operand++)
        {
            float* address = (float*)_addresses[operand];
            uint rest = (uint)row;
            for (int axis = _rank - 2; axis >= 0; axis--)
            {
                (uint outer, uint index) = Math.DivRem(rest, (uint)_extents[axis]);
                address += index * _strides[operand * MaximumRank + axis];
                rest = outer;
            }
            if (_rank > 0 && _strides[operand * MaximumRank + _rank - 1] != 0)
            {
                addresses.Set(operand, address, -1);
                continue;
            }
            new Span<float>(repeated + operand * SixteenLanes.Count, SixteenLanes.Count).Fill(*address);
            addresses.Set(operand, repeated + operand * SixteenLanes.Count, 0);
        }
        return addresses;
    }

    /// <summary>Whether every operand goes from the end of <paramref name="axis"/> to its next index of <paramref name="outer"/> by one more step.</summary>
    private readonly bool Continues(int outer, int axis)
    {
        for (int operand = 0; operand < _operands; operand++)
        {
            int first = operand * MaximumRank;
            if (_strides[first + outer] != _strides[first + axis] * _extents[axis])
                return false;
        }
        return true;
    }

    private void MoveAxis(int from, int to, int extent)
    {
        for (int operand = 0; operand < _operands; operand++)
            _strides[operand * MaximumRank + to] = _strides[operand * MaximumRank + from];
        _extents[to] = extent;
    }
}

/// <summary>Where a row's elements are. Element i of an operand is at address + (i &amp; step): the step is -1, or 0 for a repeated one.</summary>
internal unsafe struct ElementRow
{
    public void* Y;
    public float* A, B, C, D, E, F;
    public nint StepA, StepB, StepC, StepD, StepE, StepF;

    public void Set(int operand, float* address, nint step)
    {
        switch (operand)
        {
            case 0: A = address; StepA = step; break;
            case 1: B = address; StepB = step; break;
            case 2: C = address; StepC = step; break;
            case 3: D = address; StepD = step; break;
            case 4: E = address; StepE = step; break;
            default: F = address; StepF = step; break;
        }
    }
}
