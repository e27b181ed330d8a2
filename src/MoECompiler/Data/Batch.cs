namespace MoECompiler.Data;

/// <summary>Rows of named columns: what a model takes for one training step, or gives.</summary>
public sealed class Batch
{
    private readonly Dictionary<string, View<float>> _floats = [];
    private readonly Dictionary<string, View<int>> _integers = [];

    public int Rows { get; private set; }

    public void Set(string name, View<float> column) => (_floats[name], Rows) = (column, column.Extents[0]);

    public void Set(string name, View<int> column) => (_integers[name], Rows) = (column, column.Extents[0]);

    public View<float> Float(string name) => _floats[name];

    public View<int> Integer(string name) => _integers[name];
}
