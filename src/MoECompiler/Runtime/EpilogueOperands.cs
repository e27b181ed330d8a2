namespace MoECompiler;

/// <summary>An operand of an epilogue with an element for each element of the result: f32[rows, columns].</summary>
public readonly unsafe struct PerElement(View<float> view)
{
    private readonly float* _first = view.Pointer;
    private readonly long _columns = view.Columns;

    public V At<V>(long row, int column) where V : unmanaged, ILanes<V> => V.Load(_first + row * _columns + column);
}

/// <summary>An operand of an epilogue with an element for each column of the result, such as a bias.</summary>
public readonly unsafe struct PerColumn(View<float> view)
{
    private readonly float* _first = view.Pointer;

    public V At<V>(long row, int column) where V : unmanaged, ILanes<V> => V.Load(_first + column);
}

/// <summary>An operand of an epilogue with an element for each row of the result.</summary>
public readonly unsafe struct PerRow(View<float> view)
{
    private readonly float* _first = view.Pointer;

    public V At<V>(long row, int column) where V : unmanaged, ILanes<V> => V.Of(_first[row]);
}

/// <summary>An operand of an epilogue with one element for the whole result.</summary>
public readonly unsafe struct PerResult(View<float> view)
{
    private readonly float* _first = view.Pointer;

    public V At<V>(long row, int column) where V : unmanaged, ILanes<V> => V.Of(*_first);
}
