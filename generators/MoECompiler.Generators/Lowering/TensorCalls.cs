using MoECompiler.Generators.Parsing;

namespace MoECompiler.Generators.Lowering;

/// <summary>The methods and operators of Tensor, each with the ops that it stands for.</summary>
internal static class TensorCalls
{
    private delegate Value Rule(Arguments call);

    private static readonly Dictionary<string, ScalarFunction> s_functions = new ScalarFunction[]
    {
        ScalarFunction.Add, ScalarFunction.Subtract, ScalarFunction.Multiply, ScalarFunction.Divide, ScalarFunction.Negate, ScalarFunction.Min,
        ScalarFunction.Max, ScalarFunction.Select, ScalarFunction.Abs, ScalarFunction.Sign, ScalarFunction.Step, ScalarFunction.Square, ScalarFunction.Sqrt,
        ScalarFunction.Rsqrt, ScalarFunction.Reciprocal, ScalarFunction.Exp, ScalarFunction.Log, ScalarFunction.Erf, ScalarFunction.Relu,
        ScalarFunction.Gelu, ScalarFunction.GeluTanh, ScalarFunction.Silu, ScalarFunction.Sigmoid, ScalarFunction.Tanh, ScalarFunction.Softplus,
    }.ToDictionary(static f => f.Name, StringComparer.Ordinal);

    private static readonly Dictionary<string, Rule> s_rules = new(StringComparer.Ordinal)
    {
        ["Sum"] = static call => Reduced(call, Reduction.Sum),
        ["Mean"] = static call => Reduced(call, Reduction.Mean),
        ["ReduceMax"] = static call => Reduced(call, Reduction.Max),
        ["ReduceMin"] = static call => Reduced(call, Reduction.Min),
        ["Clamp"] = static call => call.Graph.Elementwise(
            Scalar.Min(Scalar.Max(Scalar.In(0), call.Number("low")), call.Number("high")), [call.Tensor(0)], "clamped"),
        ["ArgMax"] = static call => call.Graph.Add(new ArgMax(), "index", call.Tensor(0)),
        ["Softmax"] = static call => call.Graph.Softmax(call.Tensor(0), "share"),
        ["LogSoftmax"] = static call => LogSoftmax(call),
        ["LogSumExp"] = static call => call.Graph.LogSumExp(call.Tensor(0), "logSum"),
        ["CrossEntropy"] = static call => CrossEntropy(call),
        ["BinaryCrossEntropy"] = static call => call.Graph.Elementwise(
            Scalar.Softplus(Scalar.In(0)) - Scalar.In(0) * Scalar.In(1), [call.Tensor(0), call.TensorLike("targets")], "entropy"),
        ["SquaredError"] = static call => call.Graph.Elementwise(
            Scalar.Square(Scalar.In(0) - Scalar.In(1)), [call.Tensor(0), call.TensorLike("targets")], "error"),
        ["Reshape"] = static call => Reshape(call),
        ["Transpose"] = static call => call.Graph.Add(
            new Transpose(call.Sizes("order").Select(static s => (int)s.Constant!.Value).ToEquatable()), "transposed", call.Tensor(0)),
        ["Slice"] = static call => call.Graph.Add(new Slice(call.Axis("axis"), call.Size("start"), call.Size("count")), "slice", call.Tensor(0)),
        ["Concat"] = static call => call.Graph.Add(new Concat(call.Axis("axis")), "joined", call.Tensor(0), call.Tensor("other")),
        ["Squeeze"] = static call => Squeeze(call),
        ["Unsqueeze"] = static call => Unsqueeze(call),
        ["BroadcastTo"] = static call => call.Graph.BroadcastTo(call.Tensor(0), call.Sizes("extents").ToEquatable(), "wide"),
        ["MatMul"] = static call => call.Tensor("other").Type.Rank == 2
            ? call.Graph.MatMul(call.Tensor(0), call.Tensor("other"))
            : call.Graph.BatchMatMul(call.Tensor(0), call.Tensor("other"), false, false, "product"),
        ["Gather"] = static call => call.Graph.Add(new Gather(), "rows", call.Tensor(0), call.Tensor("ids")),
    };

    public static Operand Lower(Scope scope, Expression.Call call)
    {
        Arguments arguments = new(scope, call);
        if (call.Method is "Max" or "Min" && call.Arguments.Skip(1).All(static a => a.Name is "axes" or "keepExtents"))
            return new Operand.Tensor(s_rules["Reduce" + call.Method](arguments));
        if (s_functions.TryGetValue(call.Method, out ScalarFunction? function))
            return Formula(scope, call, function);
        if (s_rules.TryGetValue(call.Method, out Rule? rule))
            return new Operand.Tensor(rule(arguments));
        throw new LoweringError("MOE1002", call.Span, call.Method);
    }

    /// <summary>Element by element: numbers go into the formula; an input of unknown shape has the other operand's.</summary>
    private static Operand Formula(Scope scope, Expression.Call call, ScalarFunction function)
    {
        Operand[] operands = [.. call.Arguments.Select(a => MethodLowering.Evaluate(scope, a.Value, null))];
        TensorType? known = operands.OfType<Operand.Tensor>().FirstOrDefault()?.Value.Type;
        List<Value> values = [];
        ScalarExpression[] arguments = new ScalarExpression[operands.Length];
        for (int i = 0; i < operands.Length; i++)
        {
            if (operands[i] is Operand.Number number)
            {
                arguments[i] = number.Expression;
                continue;
            }
            Value value = operands[i] is Operand.Pending pending
                ? scope.Resolve(pending, known ?? throw new LoweringError("MOE2002", call.Arguments[i].Value.Span, pending.Name))
                : ((Operand.Tensor)operands[i]).Value;
            if (value.Type.Type != DType.F32)
                throw new ShapeError($"`{call.Method}` takes f32 and is given {value.Type}, `{value.Name}`");
            arguments[i] = Scalar.In(values.Count);
            values.Add(value);
        }
        ScalarExpression expression = Scalar.Of(function, arguments);
        return values.Count == 0 ? new Operand.Number(expression) : new Operand.Tensor(scope.Graph.Elementwise(expression, values, Naming.Camel(function.Name)));
    }

    private static Value Reduced(Arguments call, Reduction kind)
    {
        Value x = call.Tensor(0);
        int[] axes = [.. call.Sizes("axes").Select(s => call.Wrap((int)s.Constant!.Value))];
        return call.Graph.Reduce(kind, x, axes.Length == 0 ? Enumerable.Range(0, x.Type.Rank) : axes, Naming.Camel(kind.ToString()), call.Flag("keepExtents"));
    }

    private static Value LogSoftmax(Arguments call)
    {
        Value x = call.Tensor(0);
        Value sum = call.Graph.LogSumExp(x, "logSum");
        Value column = call.Graph.Reshape(sum, [.. sum.Type.Shape, Size.One], "logSum");
        return call.Graph.Elementwise(Scalar.In(0) - Scalar.In(1), [x, column], "logShare");
    }

    private static Value CrossEntropy(Arguments call)
    {
        Value logits = call.Tensor(0);
        TensorType labels = new(DType.I32, logits.Type.Shape.Take(Math.Max(0, logits.Type.Rank - 1)).ToEquatable());
        return call.Graph.Add(new CrossEntropy(call.Number("smoothing")), "entropy", logits, call.Tensor("labels", labels));
    }

    private static Value Reshape(Arguments call)
    {
        Value x = call.Tensor(0);
        List<Size> extents = [.. call.Sizes("extents")];
        int free = extents.FindIndex(static e => e.Constant == -1);
        if (free >= 0)
            extents[free] = x.Type.Count / Size.Product(extents.Where((_, i) => i != free));
        return call.Graph.Reshape(x, extents, x.Name);
    }

    private static Value Squeeze(Arguments call)
    {
        Value x = call.Tensor(0);
        int axis = call.Axis("axis");
        if (axis < 0 || axis >= x.Type.Rank || x.Type.Shape[axis] != Size.One)
            throw new ShapeError($"Squeeze takes an extent of 1 out and is given axis {axis} of {x.Type}");
        return call.Graph.Reshape(x, x.Type.Shape.Where((_, i) => i != axis), x.Name);
    }

    private static Value Unsqueeze(Arguments call)
    {
        Value x = call.Tensor(0);
        int axis = (int)call.Size("axis").Constant!.Value;
        axis = axis < 0 ? axis + x.Type.Rank + 1 : axis;
        if (axis < 0 || axis > x.Type.Rank)
            throw new ShapeError($"Unsqueeze puts an extent of 1 in and is given axis {axis} of {x.Type}");
        return call.Graph.Reshape(x, [.. x.Type.Shape.Take(axis), Size.One, .. x.Type.Shape.Skip(axis)], x.Name);
    }

    /// <summary>A call's arguments by name, lowered as they are asked for.</summary>
    private sealed class Arguments(Scope scope, Expression.Call call)
    {
        public GraphBuilder Graph => scope.Graph;

        public Value Tensor(int index) => MethodLowering.Tensor(scope, call.Arguments[index].Value);

        public Value Tensor(string name) => MethodLowering.Tensor(scope, Find(name)!);

        public Value Tensor(string name, TensorType expected) => MethodLowering.Tensor(scope, Find(name)!, () => expected);

        /// <summary>A tensor of the receiver's shape.</summary>
        public Value TensorLike(string name) => Tensor(name, Tensor(0).Type);

        public float Number(string name) => Find(name) switch
        {
            Expression.Literal literal => literal.Value,
            Expression.Integer { Size.Constant: { } value } => value,
            Expression.Call { Method: "Negate" } negated when negated.Arguments[0].Value is Expression.Literal literal => -literal.Value,
            null => 0,
            { } other => throw new LoweringError("MOE1002", other.Span, name),
        };

        public bool Flag(string name) => Find(name) is Expression.Option { Value: "true" };

        public Size Size(string name) => Find(name) is Expression.Integer { Size: var size } ? size : throw new LoweringError("MOE1002", call.Span, name);

        public IEnumerable<Size> Sizes(string name) => call.Arguments.Where(a => a.Name == name).Select(static a => ((Expression.Integer)a.Value).Size);

        public int Axis(string name) => Wrap((int)(Size(name).Constant ?? throw new LoweringError("MOE1002", call.Span, name)));

        /// <summary>An axis counted from the end where it is negative.</summary>
        public int Wrap(int axis) => axis < 0 ? axis + Tensor(0).Type.Rank : axis;

        private Expression? Find(string name) => call.Arguments.FirstOrDefault(a => a.Name == name)?.Value;
    }
}
