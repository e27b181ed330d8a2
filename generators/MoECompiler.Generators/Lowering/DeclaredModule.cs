using MoECompiler.Generators.Parsing;
using MoECompiler.Modules;

namespace MoECompiler.Generators.Lowering;

/// <summary>A member with a module's attribute, as the module's lowering sees it.</summary>
internal sealed class DeclaredModule(Scope scope, MemberSpec member) : ModuleContext
{
    public override GraphBuilder Graph => scope.Graph;

    public override string Path => scope.Path + member.Name;

    public override bool IsTraining => scope.Model.IsTraining;

    public override bool HasLoss => scope.Model.HasLoss;

    public override bool FollowsCausalAttention => scope.FollowsCausalAttention;

    private ArgumentValue? Argument(string name) => member.Arguments.FirstOrDefault(a => a.Name == name)?.Value;

    public override Size Size(string argument) => Argument(argument) is ArgumentValue.Integer { Size: var size }
        ? size
        : throw new InvalidOperationException($"[{member.Kind}] of {Path} has no {argument}.");

    public override Size Size(string argument, Size otherwise) => Argument(argument) is ArgumentValue.Integer { Size: var size } ? size : otherwise;

    public override float Number(string argument, float otherwise = 0) => Argument(argument) switch
    {
        ArgumentValue.Number { Value: var value } => value,
        ArgumentValue.Integer { Size.Constant: { } value } => value,
        _ => otherwise,
    };

    public override int Integer(string argument, int otherwise = 0) =>
        Argument(argument) is ArgumentValue.Integer { Size.Constant: { } value } ? (int)value : otherwise;

    public override bool Flag(string argument, bool otherwise = false) => Argument(argument) is ArgumentValue.Boolean { Value: var value } ? value : otherwise;

    public override string Choice(string argument, string otherwise) => Argument(argument) is ArgumentValue.Choice { Member: var value } ? value : otherwise;

    public override ModuleFormula Formula(string argument)
    {
        if (Argument(argument) is not ArgumentValue.Formula { Method: var method })
            throw new ShapeError($"has no {argument}, which its kind of experts needs");
        return new ModuleFormula(method.Name, method.Parameters.Select(static p => p.Name).ToEquatable(), values =>
        {
            ModuleScope inner = new(scope, scope.Module) { Path = scope.Path, Checkpoint = scope.Checkpoint, IsFrozen = scope.IsFrozen };
            for (int i = 0; i < values.Count; i++)
                inner.Locals[method.Parameters[i].Name] = new Operand.Tensor(values[i]);
            int statement = Graph.Statement;
            Value result = MethodLowering.Lower(inner, method)[0];
            Graph.Statement = statement;
            return result;
        });
    }

    public override Value Parameter(string name, string tensor, Initializer initializer, params Size[] shape) =>
        Declare(name, tensor, initializer, TensorType.F32(shape), isMatrix: false);

    public override Value Matrix(string name, string tensor, Initializer initializer, params Size[] shape) =>
        Declare(name, tensor, initializer, TensorType.F32(shape).As(shape.Length <= 3 ? Storage : Unquantized), isMatrix: true);

    public override Value Table(string name, string tensor, Initializer initializer, params Size[] shape) =>
        Declare(name, tensor, initializer, TensorType.F32(shape).As(Unquantized), isMatrix: true);

    public override Value FrozenMatrix(string name, string tensor, Initializer initializer, params Size[] shape) =>
        Declare(name, tensor, initializer, TensorType.F32(shape).As(shape.Length <= 3 ? Storage : Unquantized), isMatrix: true, isTrained: false);

    public override Value State(string name, string tensor, Initializer initializer, params Size[] shape) =>
        Declare(name, tensor, initializer, TensorType.F32(shape), isMatrix: false, isTrained: false);

    public override void Update(string name, Value next)
    {
        if (!IsFrozen)
            scope.AddUpdate($"{Path}.{name}", next);
    }

    private DType Storage => scope.Model.Spec.Storage;

    /// <summary>What is stored like a matrix, but not in 4 bits.</summary>
    private DType Unquantized => Storage == DType.NF4 ? DType.F32 : Storage;

    private bool IsFrozen => scope.IsFrozen || member.IsFrozen;

    private Value Declare(string name, string tensor, Initializer initializer, TensorType type, bool isMatrix, bool isTrained = true)
    {
        Value value = new($"{Path}.{name}", type);
        string checkpoint = scope.Checkpoint + (member.Weights ?? member.Name) + "." + tensor;
        return scope.DeclareParameter(new GraphParameter(value, initializer, checkpoint, IsFrozen || !isTrained, IsMatrix: isMatrix));
    }

    public override void AddLoss(string name, Value scalar, float coefficient) => scope.AddLoss($"{Path}.{name}", scalar, scalar, coefficient);

    public override void AddMetric(string name, Value value) => scope.AddMetric($"{Path}.{name}", value);

    public override int NextSite() => scope.Model.NextSite();
}
