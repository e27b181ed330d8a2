using CsCheck;
using MoECompiler.Graphs;
using MoECompiler.Ops;
using MoECompiler.Passes;

namespace MoECompiler.Tests.Passes;

using Dropout = MoECompiler.Ops.Dropout;
using LayerNorm = MoECompiler.Ops.LayerNorm;
using RmsNorm = MoECompiler.Ops.RmsNorm;
using Size = MoECompiler.Graphs.Size;

/// <summary>
/// Graphs at random, with much of what passes look for: values used twice and never, equal nodes, constants, broadcasts, reshapes of reshapes,
/// loops, random ops. Each choice is a number of a list, so that a failing list can be made shorter.
/// </summary>
internal sealed class RandomGraphs
{
    private static readonly Size B = Size.Symbol("B"), N = Size.Symbol("N"), K = Size.Symbol("K"), L = Size.Symbol("L");

    /// <summary>Smooth, so that differences tell gradients, and with slopes of some 1 at most, so that chains of them stay in range.</summary>
    private static readonly ScalarFunction[] s_functions =
    [
        ScalarFunction.Tanh, ScalarFunction.Sigmoid, ScalarFunction.Softplus, ScalarFunction.Silu, ScalarFunction.Gelu, ScalarFunction.GeluTanh,
        ScalarFunction.Negate,
    ];

    /// <summary>Gives <paramref name="assert"/> graphs with a loss, two results and a metric, whose matrices are stored as said.</summary>
    public static void Sample(Action<Graph> assert, int count = 100, DType storage = DType.F32) =>
        Gen.Int[0, int.MaxValue].Array[1, 40].Sample(choices => assert(new RandomGraphs(choices, storage).Model()), iter: count);

    private readonly Queue<int> _choices;
    private readonly GraphBuilder _graph = new();

    /// <summary>What nodes can read.</summary>
    private readonly List<Value> _pool = [];

    /// <summary>How a weight is made: as a parameter, or in a layer of a loop as a slice of a stack.</summary>
    private readonly Func<TensorType, Value> _weight;

    private readonly DType _storage;
    private readonly int _depth;
    private int _choice;
    private int _weights;

    private RandomGraphs(IEnumerable<int> choices, DType storage)
    {
        _storage = storage;
        _choices = new Queue<int>(choices);
        _weight = type => _graph.Parameter(new GraphParameter(new Value($"Weight{_weights++}", type), new Initializer.Normal(1), "w", IsFrozen: _weights % 5 == 4));
    }

    private RandomGraphs(Queue<int> choices, DType storage, int depth, Func<GraphBuilder, TensorType, Value> weight)
    {
        _choices = choices;
        _storage = storage;
        _depth = depth;
        _weight = type => weight(_graph, type);
    }

    /// <summary>The next part of the current choice, from 0 to below <paramref name="count"/>.</summary>
    private int Pick(int count)
    {
        int picked = _choice % count;
        _choice /= count;
        return picked;
    }

    private Value Any() => _pool[_pool.Count - 1 - Pick(Math.Min(_pool.Count, 6))];

    private Graph Model()
    {
        _graph.BeginStatement("First.");
        _pool.Add(_graph.Input("x", TensorType.F32(B, N)));
        _pool.Add(_graph.Input("y", TensorType.F32(B, K, N)));
        _pool.Add(_weight(TensorType.F32(N)));
        _pool.Add(_weight(TensorType.F32(B, Size.One)));
        while (_choices.Count > 0)
            Grow();

        List<Value> terms = [.. _pool.Skip(4).Reverse().Take(4).Append(_pool[2]).Select(v => _graph.ReduceAll(Reduction.Mean, v, "term"))];
        Value loss = terms[0];
        foreach (Value term in terms.Skip(1))
            loss = _graph.Add(loss, term, "loss");
        _graph.Output("loss", loss, OutputKind.Loss);
        _graph.Output("last", _pool[^1], OutputKind.Result);
        _graph.Output("middle", _pool[_pool.Count / 2], OutputKind.Result);
        _graph.Output("metric", terms[^1], OutputKind.Metric);
        return _graph.Build("Random");
    }

    /// <summary>Adds what the next choice says.</summary>
    private void Grow()
    {
        _choice = _choices.Dequeue();
        if (_choice % 3 == 0)
            _graph.BeginStatement($"Statement {_choices.Count}.");
        Value x = Any();
        switch (Pick(20))
        {
            case 0 or 1 or 2:
                _pool.Add(_graph.Apply(s_functions[Pick(s_functions.Length)], x, "f"));
                break;
            case 3 or 4 or 5:
                Binary(x, Any());
                break;
            case 6:
                Constant(x);
                break;
            case 7 or 8:
                Product(x);
                break;
            case 9:
                Reduce(x);
                break;
            case 10:
                _pool.Add(x.Type.Rank == 0 ? _graph.Reshape(x, [Size.One], "one") : Pick(2) == 0 ? _graph.Softmax(x, "softmax") : _graph.LogSumExp(x, "logSum"));
                break;
            case 11:
                Normalize(x);
                break;
            case 12 or 13:
                Reshape(x);
                break;
            case 14:
                Cut(x);
                break;
            case 15:
                _pool.Add(_graph.BroadcastTo(x, x.Type.Rank < 3 ? [K, .. x.Type.Shape] : x.Type.Shape, "wide"));
                break;
            case 16:
                Route(x);
                break;
            case 17:
                _pool.Add(Pick(2) == 0 ? _graph.Add(new Dropout(0.5f, Site: Pick(3)), "kept", x) : _graph.Add(_graph.Add(new Noise(NoiseKind.Normal, Site: Pick(3)), "noise", x), x, "noisy"));
                break;
            case 18:
                Again();
                break;
            default:
                Loop(x);
                break;
        }
    }

    private void Binary(Value x, Value y)
    {
        try
        {
            Broadcast.Of([x.Type.Shape, y.Type.Shape]);
        }
        catch (ShapeError)
        {
            y = x;
        }
        (ScalarExpression a, ScalarExpression b) = (Scalar.In(0), Scalar.In(1));
        _pool.Add(_graph.Elementwise(Pick(5) switch { 0 => a + b, 1 => a - b, 2 => a * Scalar.Tanh(b), 3 => a / (Scalar.Square(b) + 1), _ => a * Scalar.Sigmoid(b) + b * 0.5f }, [x, y], "binary"));
    }

    /// <summary>An operation with a number that is a node of its own.</summary>
    private void Constant(Value x)
    {
        float number = Pick(5) * 0.3f - 0.6f;
        Value constant = Pick(3) switch
        {
            0 => _graph.Elementwise(Scalar.Constant(number), [], "number"),
            1 => _graph.Add(new Fill(number, x.Type.Shape), "filled"),
            _ => _graph.Elementwise(number / Scalar.Extent(B * 2), [], "share"),
        };
        if (Pick(2) == 0)
            constant = _graph.BroadcastTo(constant, x.Type.Shape, "spread");
        _pool.Add(Pick(2) == 0 ? _graph.Multiply(x, constant, "scaled") : _graph.Add(x, constant, "shifted"));
    }

    private void Product(Value x)
    {
        if (x.Type.Rank == 0)
            return;
        if (x.Type.Rank > 1 && Pick(4) == 0)
        {
            Value gram = _graph.MatMul(x, Pick(2) == 0 ? x : _graph.Apply(ScalarFunction.Tanh, x, "tanh"), transposeA: true, name: "gram");
            _pool.Add(_graph.Apply(ScalarFunction.Tanh, gram, "bounded"));
            return;
        }
        bool transposed = Pick(2) == 0;
        Value weight = _weight((transposed ? TensorType.F32(N, x.Type.Columns) : TensorType.F32(x.Type.Columns, N)).As(_storage));
        Value product = _graph.MatMul(x, weight, transposeB: transposed, name: "product");
        if (Pick(3) == 0)
        {
            Value narrow = _graph.MatMul(x, _weight(TensorType.F32(2, x.Type.Columns)), transposeB: true, name: "narrow");
            product = _graph.Add(product, _graph.MatMul(narrow, _weight(TensorType.F32(2, N)), name: "change"), "adapted");
        }
        _pool.Add(Pick(3) switch
        {
            0 => product,
            1 => _graph.Add(product, _weight(TensorType.F32(N)), "biased"),
            _ => _graph.Apply(ScalarFunction.Tanh, product, "bounded"),
        });
    }

    private void Reduce(Value x)
    {
        if (x.Type.Rank == 0)
            return;
        Reduction kind = Pick(2) == 0 ? Reduction.Sum : Reduction.Mean;
        _pool.Add(_graph.Reduce(kind, x, Pick(3) == 0 ? Enumerable.Range(0, x.Type.Rank) : [Pick(x.Type.Rank)], "reduced", keepExtents: Pick(2) == 0));
    }

    private void Normalize(Value x)
    {
        if (x.Type.Rank == 0 || x.Type.Columns == Size.One)
            return;
        TensorType row = TensorType.F32(x.Type.Columns);
        _pool.Add(Pick(2) == 0
            ? _graph.Add(new RmsNorm(0.25f), "normed", x, _weight(row))
            : _graph.Add(new LayerNorm(0.25f), "normed", x, _weight(row), _weight(row)));
    }

    private void Reshape(Value x)
    {
        Value flat = _graph.Reshape(x, [x.Type.Count], "flat");
        _pool.Add(Pick(4) switch
        {
            0 => flat,
            1 => _graph.Reshape(flat, x.Type.Shape, "back"),
            2 => _graph.Reshape(flat, [x.Type.Count, Size.One], "column"),
            _ => _graph.Reshape(_graph.Reshape(flat, [Size.One, x.Type.Count], "row"), x.Type.Shape, "back"),
        });
    }

    private void Cut(Value x)
    {
        if (x.Type.Rank == 0)
            return;
        int axis = Pick(x.Type.Rank);
        _pool.Add(Pick(3) switch
        {
            0 => _graph.Add(new Slice(axis, Size.Zero, Size.One), "slice", x),
            1 => _graph.Add(new Concat(axis), "twice", x, x),
            _ => _graph.Add(new Transpose([.. Enumerable.Range(0, x.Type.Rank).Reverse()]), "turned", x),
        });
    }

    /// <summary>The two greatest of each row, their shares as weights, and how often each was chosen.</summary>
    private void Route(Value x)
    {
        if (x.Type.Rank != 2 || x.Type.Columns != N)
            return;
        Value chosen = _graph.Add(new TopK(K), "chosen", x);
        Value load = _graph.Add(new ExpertLoad(N), "load", chosen);
        _pool.Add(_graph.Multiply(x, load, "loaded"));
        _pool.Add(_graph.Softmax(_graph.Add(new GatherColumns(), "selected", x, chosen), "weights"));
    }

    /// <summary>A node that is there already.</summary>
    private void Again()
    {
        List<Node> single = [.. _graph.Nodes.Where(static n => n.Results.Count == 1 && n.Result.Type.Type == DType.F32)];
        if (single.Count == 0)
            return;
        Node node = single[Pick(single.Count)];
        _pool.Add(_graph.Add(node.Op, node.Result.Name, [.. node.Operands]));
    }

    /// <summary>A loop that carries x and another value, reads a third whole and has weights; sometimes the carried ones change places.</summary>
    private void Loop(Value x)
    {
        if (_depth > 1)
            return;
        Value other = Any();
        Value whole = Any();
        List<(Value Slice, Value Stack)> stacks = [];
        Queue<int> choices = new(Enumerable.Range(0, Math.Min(_choices.Count, 2 + Pick(5))).Select(_ => _choices.Dequeue()).ToArray());
        (bool isSwapped, bool hasLoss) = (Pick(2) == 0 && x.Type.Equals(other.Type), Pick(2) == 0);
        RandomGraphs body = new(choices, _storage, _depth + 1, (inner, type) =>
        {
            Value stack = _weight(type.WithShape([L, .. type.Shape]));
            Value slice = inner.Input($"slice{stacks.Count}", type);
            stacks.Add((slice, stack));
            return slice;
        });
        body._pool.AddRange([body._graph.Input("state", x.Type), body._graph.Input("other", other.Type), body._graph.Input("whole", whole.Type)]);
        List<Value> carried = [.. body._pool.Take(2)];
        while (choices.Count > 0)
            body.Grow();
        Value last = body._pool.Last(v => v.Type.Equals(x.Type));
        Value next = body._graph.Elementwise(Scalar.Tanh((Scalar.In(0) + Scalar.In(1)) * 0.5f), [last, carried[0]], "next");
        body._graph.Output("state", isSwapped ? carried[1] : next, OutputKind.Result);
        body._graph.Output("other", isSwapped ? carried[0] : body._pool.Last(v => v.Type.Equals(other.Type)), OutputKind.Result);
        if (hasLoss)
            body._graph.Output("part", body._graph.ReduceAll(Reduction.Mean, body._pool[^1], "part"), OutputKind.Metric);

        Graph layer = body._graph.Build($"Layer{_choices.Count}");
        layer = layer with { Inputs = [.. carried, .. stacks.Select(static s => s.Slice), body._pool[2]] };
        Repeat repeat = new(layer, L, Carried: 2, Stacked: stacks.Count);
        EquatableArray<Value> results = _graph.AddNode(repeat, ["state", "other", "parts"], [x, other, .. stacks.Select(static s => s.Stack), whole]);
        _pool.AddRange(results);
    }
}
