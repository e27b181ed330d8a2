using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Tests.Passes;

using Dropout = MoECompiler.Ops.Dropout;
using RmsNorm = MoECompiler.Ops.RmsNorm;

/// <summary>What a routed layer does; all off is dropless top-k of a softmax over two-layer experts.</summary>
internal sealed record MoeOptions(
    bool IsGated = false, bool HasBias = false, bool SoftmaxAfterTopK = false, bool IsSigmoid = false, bool HasCapacity = false,
    bool HasNoise = false, bool HasShared = false, bool HasLosses = false, DType Storage = DType.F32)
{
    /// <summary>Each option alone, none, and all that go together.</summary>
    public static IEnumerable<MoeOptions> All =>
    [
        new(), new(IsGated: true), new(HasBias: true), new(SoftmaxAfterTopK: true), new(IsSigmoid: true), new(HasCapacity: true),
        new(HasNoise: true), new(HasShared: true), new(HasLosses: true), new(true, true, true, true, true, true, true, true),
    ];
}

/// <summary>Classifiers with routed experts, as the modules lower themselves: a stem, routed layers one by one or in a loop, a head.</summary>
internal sealed class MoeGraphs
{
    private static readonly Size B = Size.Symbol("B"), N = Size.Symbol("N"), E = Size.Symbol("E"), K = Size.Symbol("K"), H = Size.Symbol("H"), L = Size.Symbol("L");

    private readonly GraphBuilder _graph = new();
    private readonly MoeOptions _options;
    private readonly Func<string, TensorType, Value> _parameter;
    private readonly List<(string Name, Value Value, float Coefficient)> _losses = [];
    private readonly List<(string Name, Value Value)> _metrics = [];
    private int _sites;

    private MoeGraphs(MoeOptions options)
    {
        _options = options;
        _parameter = (name, type) => _graph.Parameter(new GraphParameter(new Value(name, type), new Initializer.Normal(1), name, IsFrozen: false));
    }

    private MoeGraphs(MoeOptions options, Func<string, TensorType, Value> parameter)
    {
        _options = options;
        _parameter = parameter;
    }

    /// <summary>The layers one after the other.</summary>
    public static Graph Unrolled(MoeOptions options, int layers = 2)
    {
        MoeGraphs model = new(options);
        Value x = model.Stem();
        for (int i = 0; i < layers; i++)
            x = model.Layer($"Layer{i}", x);
        return model.Finish(x);
    }

    /// <summary>One layer, L times over.</summary>
    public static Graph Looped(MoeOptions options)
    {
        MoeGraphs model = new(options);
        Value x = model.Stem();
        List<(Value Slice, Value Stack)> stacks = [];
        MoeGraphs layer = null!;
        layer = new(options, (name, type) =>
        {
            Value slice = layer._graph.Input(name.Replace(".", ""), type);
            stacks.Add((slice, model._parameter($"Layers.{name}", type.WithShape([L, .. type.Shape]))));
            return slice;
        });
        Value inside = layer._graph.Input("x", x.Type);
        Value after = layer.Layer("Layer", inside);
        layer._graph.Output("x", after, OutputKind.Result);
        foreach ((string name, Value value, _) in layer._losses)
            layer._graph.Output(name, value, OutputKind.Metric);
        foreach ((string name, Value value) in layer._metrics)
            layer._graph.Output(name, value, OutputKind.Metric);
        Graph body = layer._graph.Build("Layer") with { Inputs = [inside, .. stacks.Select(static s => s.Slice)] };
        EquatableArray<Value> results = model._graph.AddNode(
            new Repeat(body, L, Carried: 1, stacks.Count), [.. body.Outputs.Select(static o => o.Name)], [x, .. stacks.Select(static s => s.Stack)]);
        for (int i = 0; i < layer._losses.Count; i++)
            model._losses.Add(layer._losses[i] with { Value = model._graph.ReduceAll(Reduction.Sum, results[1 + i], "sum") });
        for (int i = 0; i < layer._metrics.Count; i++)
            model._metrics.Add((layer._metrics[i].Name, results[1 + layer._losses.Count + i]));
        return model.Finish(results[0]);
    }

    private Value Stem()
    {
        Value pixels = _graph.Input("pixels", TensorType.F32(B, N));
        _graph.Input("labels", TensorType.I32(B));
        _graph.BeginStatement("Tensor x = Stem.Forward(pixels).Tanh();");
        return _graph.Apply(ScalarFunction.Tanh, Linear("Stem", pixels, N, N), "x");
    }

    private Value Vector(string name, params Size[] shape) => _parameter(name, TensorType.F32(shape));

    private Value Matrix(string name, params Size[] shape) => _parameter(name, TensorType.F32(shape).As(_options.Storage));

    private Value Linear(string name, Value x, Size from, Size to) =>
        _graph.Add(_graph.MatMul(x, Matrix($"{name}.Weight", to, from), transposeB: true), Vector($"{name}.Bias", to), "y");

    private Graph Finish(Value x)
    {
        _graph.BeginStatement("return Head.Forward(x);");
        Value logits = Linear("Head", x, N, E);
        Value loss = _graph.ReduceAll(Reduction.Mean, _graph.Add(new CrossEntropy(0.125f), "entropy", logits, _graph.Inputs.First(static i => i.Name == "labels")), "task");
        foreach ((string name, Value value, float coefficient) in _losses)
        {
            loss = _graph.Elementwise(Scalar.In(0) + coefficient * Scalar.In(1), [loss, value], "total");
            _graph.Output(name, value, OutputKind.Metric);
        }
        _graph.Output("loss", loss, OutputKind.Loss);
        foreach ((string name, Value value) in _metrics)
            _graph.Output(name, value, OutputKind.Metric);
        return _graph.Build("Moe");
    }

    private Value Layer(string name, Value x)
    {
        _graph.BeginStatement($"x += {name}.Forward(x);");
        Value normed = _graph.Add(new RmsNorm(0.25f), "normed", x, Vector($"{name}.Norm", N));
        Value clean = _graph.MatMul(normed, Vector($"{name}.Router", E, N), transposeB: true, name: "logits");
        Value logits = clean;
        if (_options.HasNoise)
            logits = _graph.Elementwise(Scalar.In(0) + Scalar.In(1) * (0.5f / Scalar.Extent(E)), [clean, _graph.Add(new Noise(NoiseKind.Normal, _sites++), "noise", clean)], "noisy");
        Value scores = Score(logits, "scores");
        Value chosen = _graph.Add(new TopK(K), "experts", _options.SoftmaxAfterTopK ? logits : scores);
        Value weights = _graph.Add(new GatherColumns(), "weights", _options.SoftmaxAfterTopK ? logits : scores, chosen);
        weights = _options.SoftmaxAfterTopK
            ? Score(weights, "weights")
            : _graph.Elementwise(Scalar.In(0) / Scalar.In(1), [weights, _graph.Reduce(Reduction.Sum, weights, [1], "sum", keepExtents: true)], "weights");
        Routing routing = _graph.Dispatch(chosen, E, _options.HasCapacity ? Size.CeilingDivide(1500 * B * K, 1000 * E) : null, "route");

        Value up = Experts($"{name}.Up", normed, gather: true, routing, N, H);
        Value inner = _options.IsGated
            ? _graph.Elementwise(Scalar.Silu(Scalar.In(0)) * Scalar.In(1), [Experts($"{name}.Gate", normed, gather: true, routing, N, H), up], "inner")
            : _graph.Apply(ScalarFunction.Gelu, up, "inner");
        Value y = _graph.Add(new Combine(), "mixed", Experts($"{name}.Down", inner, gather: false, routing, H, N), weights, routing.Position, routing.Order);
        if (_options.HasShared)
        {
            Value shared = _graph.Apply(ScalarFunction.Silu, _graph.MatMul(normed, Matrix($"{name}.SharedUp", H, N), transposeB: true, name: "sharedUp"), "sharedInner");
            y = _graph.Add(y, _graph.MatMul(shared, Matrix($"{name}.SharedDown", N, H), transposeB: true, name: "shared"), "mixed");
        }
        Losses(name, clean, chosen);
        return _graph.Add(x, _graph.Add(new Dropout(0.25f, _sites++), "kept", y), "x");
    }

    private Value Score(Value logits, string name) => _options.IsSigmoid ? _graph.Apply(ScalarFunction.Sigmoid, logits, name) : _graph.Softmax(logits, name);

    private Value Experts(string name, Value x, bool gather, Routing routing, Size from, Size to)
    {
        Value rows = _graph.GroupedMatMul(x, Matrix($"{name}.Weight", E, to, from), routing.Order, routing.Offsets, gather, transposeB: true, "rows");
        return _options.HasBias ? _graph.Add(new GroupedBias(), "rows", rows, Vector($"{name}.Bias", E, to), routing.Offsets) : rows;
    }

    private void Losses(string name, Value logits, Value chosen)
    {
        Value load = _graph.Add(new ExpertLoad(E), "load", chosen);
        _metrics.Add(($"{name}.load", load));
        if (!_options.HasLosses)
            return;
        Value mean = _graph.Reduce(Reduction.Mean, _graph.Softmax(logits, "share"), [0], "meanShare");
        ScalarExpression scale = Scalar.Extent(E) / (Scalar.Extent(B) * Scalar.Extent(K));
        Value products = _graph.Elementwise(Scalar.In(0) * Scalar.In(1) * scale, [load, mean], "products");
        _losses.Add(($"{name}.balance", _graph.ReduceAll(Reduction.Sum, products, "balance"), 0.0625f));
        Value squares = _graph.Apply(ScalarFunction.Square, _graph.Add(new LogSumExp(), "logSum", logits), "squares");
        _losses.Add(($"{name}.z", _graph.ReduceAll(Reduction.Mean, squares, "z"), 0.125f));
    }
}
