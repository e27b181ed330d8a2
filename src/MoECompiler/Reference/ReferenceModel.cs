namespace MoECompiler.Reference;

/// <summary>A model's declared graphs on the weights that it has now, run slowly and exactly: what <c>model.Reference</c> is.</summary>
public sealed class ReferenceModel
{
    private readonly Model _model;
    private readonly IReadOnlyDictionary<string, int> _sizes;
    private readonly Func<Graph>[] _graphs;

    /// <summary>Called by generated code.</summary>
    /// <param name="model">Whose weights to use.</param>
    /// <param name="sizes">The bound sizes by name.</param>
    /// <param name="graphs">Forward, then Evaluate and Train where there is a loss.</param>
    public ReferenceModel(Model model, IReadOnlyDictionary<string, int> sizes, params Func<Graph>[] graphs)
    {
        _model = model;
        _sizes = sizes;
        _graphs = graphs;
    }

    /// <summary>The bound sizes by name.</summary>
    public IReadOnlyDictionary<string, int> Sizes => _sizes;

    /// <summary>The declared graphs: Forward, then Evaluate and Train where there is a loss. A parameter is an input under its path.</summary>
    public IReadOnlyList<Graph> Graphs => [.. _graphs.Select(static graph => graph())];

    /// <summary>The results of Forward by name.</summary>
    /// <param name="inputs">The tensors that Forward takes, by name.</param>
    /// <exception cref="ReferenceException">An input is missing or of another shape.</exception>
    public IReadOnlyDictionary<string, ReferenceTensor> Forward(params ReadOnlySpan<(string Name, ReferenceTensor Value)> inputs) =>
        Run(0, default, inputs);

    /// <summary>The results of Forward, the loss and the metrics by name, without dropout and noise.</summary>
    /// <exception cref="InvalidOperationException">The model has no loss.</exception>
    /// <inheritdoc cref="Forward"/>
    public IReadOnlyDictionary<string, ReferenceTensor> Evaluate(params ReadOnlySpan<(string Name, ReferenceTensor Value)> inputs) =>
        Run(1, default, inputs);

    /// <summary>The loss, the metrics, and the gradient of each parameter under the parameter's path.</summary>
    /// <param name="random">What dropout and noise draw from: the same numbers as on a device.</param>
    /// <param name="inputs">The tensors that Forward and Loss take, by name.</param>
    /// <exception cref="InvalidOperationException">The model has no loss.</exception>
    public IReadOnlyDictionary<string, ReferenceTensor> Train(RandomState random, params ReadOnlySpan<(string Name, ReferenceTensor Value)> inputs) =>
        Run(2, random, inputs);

    private IReadOnlyDictionary<string, ReferenceTensor> Run(int index, RandomState random, ReadOnlySpan<(string Name, ReferenceTensor Value)> inputs)
    {
        if (index >= _graphs.Length)
            throw new InvalidOperationException($"{_model.GetType().Name} has no [Loss].");
        Graph graph = _graphs[index]();
        Dictionary<string, ReferenceTensor> values = new(StringComparer.Ordinal);
        foreach (Parameter parameter in _model.AllParameters)
            values[parameter.Path] = ReferenceTensor.Of(parameter.Stored);
        foreach ((string name, ReferenceTensor value) in inputs)
            values[name] = value;
        return ReferenceRunner.Run(graph, values, new ReferenceContext(Binding(graph, values), random));
    }

    /// <summary>The model's sizes, and the free extents as the inputs have them.</summary>
    private Func<string, long> Binding(Graph graph, Dictionary<string, ReferenceTensor> values)
    {
        Dictionary<string, long> free = new(StringComparer.Ordinal);
        foreach (Value input in graph.Inputs)
        {
            if (!values.TryGetValue(input.Name, out ReferenceTensor? value) || value.Rank != input.Type.Rank)
                continue;
            for (int axis = 0; axis < value.Rank; axis++)
            {
                string symbol = input.Type.Shape[axis].ToString();
                if (input.Type.Shape[axis].Symbols.FirstOrDefault() == symbol)
                    free.TryAdd(symbol, value.Shape[axis]);
            }
        }
        return symbol => _sizes.TryGetValue(symbol, out int size) ? size
            : free.TryGetValue(symbol, out long extent) ? extent
            : throw new ReferenceException($"No input tells the extent {symbol}.");
    }
}
