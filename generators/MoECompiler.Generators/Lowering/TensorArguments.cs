using MoECompiler.Generators.Parsing;

namespace MoECompiler.Generators.Lowering;

/// <summary>The arguments of a method of Tensor by their names, each lowered once, when it is first asked for.</summary>
internal sealed class TensorArguments(Scope scope, Expression.Call call)
{
    private readonly Dictionary<Expression, Value> _lowered = [];

    public GraphBuilder Graph => scope.Graph;

    public Value Tensor(int index) => Lower(call.Arguments[index].Value, null);

    public Value Tensor(string name) => Lower(Find(name)!, null);

    /// <summary>A tensor; an input whose shape is not known yet has the expected one.</summary>
    public Value Tensor(string name, TensorType expected) => Lower(Find(name)!, expected);

    /// <summary>A tensor of the receiver's shape.</summary>
    public Value TensorLike(string name) => Tensor(name, Tensor(0).Type);

    /// <summary>A tensor of floats.</summary>
    /// <exception cref="ShapeError">Its elements are integers.</exception>
    public Value Float(int index) => Float(Tensor(index));

    /// <inheritdoc cref="Float(int)"/>
    public Value Float(string name) => Float(Tensor(name));

    /// <summary>A tensor of floats of the receiver's shape.</summary>
    public Value FloatLike(string name) => Float(TensorLike(name));

    public bool Has(string name) => Find(name) is not null;

    public float Number(string name) => Find(name) switch
    {
        Expression.Literal literal => literal.Value,
        Expression.Integer { Size.Constant: { } value } => value,
        _ => 0,
    };

    public bool Flag(string name) => Find(name) is Expression.Option { Value: "true" };

    public Size Size(string name) => Find(name) is Expression.Integer { Size: var size } ? size : throw new InvalidOperationException($"{call.Method} has no {name}");

    public IEnumerable<Size> Sizes(string name) => call.Arguments.Where(a => a.Name == name).Select(static a => ((Expression.Integer)a.Value).Size);

    /// <summary>Sizes that may be extents.</summary>
    /// <exception cref="ShapeError">One is less than 1.</exception>
    public IEnumerable<Size> Extents(string name) => Sizes(name).Any(static s => s.Constant < 1)
        ? throw new ShapeError($"`{call.Method}` takes extents of at least 1 and is given [{string.Join(", ", Sizes(name))}]")
        : Sizes(name);

    /// <summary>The value at the default sizes; null where a free extent decides.</summary>
    public long? AtDefaults(Size size)
    {
        EquatableArray<SizeSpec> sizes = scope.Model.Spec.Sizes;
        return size.Symbols.All(s => sizes.Any(d => d.Name == s)) ? size.Evaluate(s => sizes.First(d => d.Name == s).Default) : null;
    }

    public int Axis(string name) => Wrap((int)Size(name).Constant!.Value);

    public int[] Axes(string name) => [.. Sizes(name).Select(s => Wrap((int)s.Constant!.Value))];

    /// <summary>An axis counted from the end where it is negative.</summary>
    private int Wrap(int axis) => axis < 0 ? axis + Tensor(0).Type.Rank : axis;

    private Value Lower(Expression expression, TensorType? expected)
    {
        if (!_lowered.TryGetValue(expression, out Value? value))
            _lowered[expression] = value = expected is null ? MethodLowering.Tensor(scope, expression) : MethodLowering.Tensor(scope, expression, () => expected);
        return value;
    }

    /// <inheritdoc cref="Float(int)"/>
    public Value Float(Value value) => value.Type.Type == DType.F32
        ? value
        : throw new ShapeError($"`{call.Method}` takes f32 and is given {value.Type}, `{value.Name}`");

    private Expression? Find(string name) => call.Arguments.FirstOrDefault(a => a.Name == name)?.Value;
}
