using MoECompiler.Generators.Parsing;

namespace MoECompiler.Generators.Lowering;

/// <summary>The methods and operators of Tensor, each with the ops that it stands for.</summary>
internal static class TensorCalls
{
    private delegate Value Rule(TensorArguments call);

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
        ["LogSoftmax"] = static call => call.Graph.LogSoftmax(call.Tensor(0), "logShare"),
        ["LogSumExp"] = static call => call.Graph.LogSumExp(call.Tensor(0), "logSum"),
        ["Reshape"] = ShapeCalls.Reshape,
        ["Transpose"] = ShapeCalls.Transpose,
        ["Slice"] = ShapeCalls.Slice,
        ["Concat"] = static call => call.Graph.Add(new Concat(call.Axis("axis")), "joined", call.Tensor(0), call.Float("other")),
        ["Squeeze"] = ShapeCalls.Squeeze,
        ["Unsqueeze"] = ShapeCalls.Unsqueeze,
        ["BroadcastTo"] = static call => call.Graph.BroadcastTo(call.Tensor(0), call.Extents("extents").ToEquatable(), "wide"),
        ["MatMul"] = static call => call.Float("other").Type.Rank == 2
            ? call.Graph.MatMul(call.Tensor(0), call.Float("other"))
            : call.Graph.BatchMatMul(call.Tensor(0), call.Float("other"), false, false, "product"),
        ["Gather"] = static call => call.Graph.Add(new Gather(), "rows", call.Tensor(0), call.Tensor("ids")),
    };

    /// <summary>What only looks at elements in another shape; everything else computes with floats.</summary>
    private static readonly HashSet<string> s_ofAnyType = new(["Reshape", "Squeeze", "Unsqueeze"], StringComparer.Ordinal);

    public static Operand Lower(Scope scope, Expression.Call call)
    {
        TensorArguments arguments = new(scope, call);
        if (call.Method is "Max" or "Min" && call.Arguments.Skip(1).All(static a => a.Name is "axes" or "keepExtents"))
            return new Operand.Tensor(s_rules["Reduce" + call.Method](arguments));
        if (s_functions.TryGetValue(call.Method, out ScalarFunction? function))
            return Formula(scope, call, function);
        if (s_rules.TryGetValue(call.Method, out Rule? rule))
        {
            if (!s_ofAnyType.Contains(call.Method))
                arguments.Float(0);
            return new Operand.Tensor(rule(arguments));
        }
        if (LossCalls.Find(call.Method) is { } loss)
        {
            arguments.Float(0);
            return new Operand.Tensor(loss(arguments));
        }
        throw new InvalidOperationException($"no rule for {call.Method}");
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

    private static Value Reduced(TensorArguments call, Reduction kind)
    {
        Value x = call.Float(0);
        int[] axes = call.Axes("axes");
        if (axes.Distinct().Count() < axes.Length)
            throw new ShapeError($"`{kind}` is given an axis twice, of {x.Type}");
        return call.Graph.Reduce(kind, x, axes.Length == 0 ? Enumerable.Range(0, x.Type.Rank) : axes, Naming.Camel(kind.ToString()), call.Flag("keepExtents"));
    }
}
