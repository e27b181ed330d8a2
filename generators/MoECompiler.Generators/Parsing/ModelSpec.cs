using MoECompiler.Modules;

namespace MoECompiler.Generators.Parsing;

/// <summary>
/// What a user declared: one model, its members, its Forward and its Loss. Immutable and compared by value; it holds no symbol, no
/// syntax and no location, so that an edit which only moves code re-emits nothing. A span number is an index into the locations that
/// travel beside it.
/// </summary>
/// <param name="Namespace">The namespace; empty for the global one.</param>
/// <param name="Accessibility"><c>public</c> or <c>internal</c>.</param>
/// <param name="Sizes">The sizes marked [Size] that the model uses, in order of declaration.</param>
/// <param name="Root">Members and Forward.</param>
/// <param name="Loss">The method marked [Loss]; null for a model that only serves.</param>
/// <param name="Span">The model's name in its declaration.</param>
/// <param name="HasGpu">The project references MoECompiler.Gpu: the model is compiled for GPUs too.</param>
/// <param name="AdapterOf">For the methods of an adapter, the class of the model that has the other weights; null for a model's own.</param>
/// <param name="Storage">What matrices are stored in: F32, F16, BF16 or NF4.</param>
/// <param name="Evolution">The phases of its training; null for one that is trained as declared.</param>
/// <param name="FusedUpdate">Whether a training step hands gradients over as they are made.</param>
/// <param name="Phase">The phase that a method is of; null for the last one, or where there are none.</param>
internal sealed record ModelSpec(
    string Namespace,
    string Accessibility,
    EquatableArray<SizeSpec> Sizes,
    ModuleSpec Root,
    MethodSpec? Loss,
    int Span,
    bool HasGpu = false,
    string? AdapterOf = null,
    DType Storage = DType.F32,
    EvolutionSpec? Evolution = null,
    bool FusedUpdate = false,
    PhaseLowering? Phase = null)
{
    /// <summary>What changes the arguments of layers before they are lowered; null for nothing.</summary>
    public PhaseLowering? Lowered => Phase ?? Evolution?.Last;

    /// <summary>What the methods of the phase are called, but for the last one's.</summary>
    public string Prefix => Phase?.Name ?? "";

    public string Name => Root.Name;
}

/// <summary>A number with a name: <c>[Size("hidden_size")] public const int Width = 256</c>.</summary>
/// <param name="Name">The constant's name, and the symbol in shapes.</param>
/// <param name="Default">The constant's value.</param>
/// <param name="ConfigKey">The key in config.json; null for none.</param>
/// <param name="Summary">The constant's doc summary as plain text; null for none.</param>
/// <param name="Property">What emitted methods bind it to; null for the property of the model's sizes.</param>
internal sealed record SizeSpec(string Name, int Default, string? ConfigKey, string? Summary, string? Property = null)
{
    /// <summary>The bound number, in emitted code.</summary>
    public string Bound => Property ?? $"Sizes.{Name}";
}

/// <summary>A class marked [Model] or [Module].</summary>
/// <param name="Name">The class's name.</param>
/// <param name="FullName">With its namespace, to be written in emitted code.</param>
/// <param name="Members">The partial properties, in order of declaration.</param>
/// <param name="Forward">The method marked [Forward].</param>
internal sealed record ModuleSpec(string Name, string FullName, EquatableArray<MemberSpec> Members, MethodSpec? Forward);

/// <summary>A partial property with a module's attribute, such as <c>[Linear(Pixels, Width)] public partial Linear Stem { get; }</c>.</summary>
/// <param name="Name">The property's name.</param>
/// <param name="Kind">The attribute's name without "Attribute": <c>Linear</c>; <c>Layers</c>; <c>Module</c> for a property of a [Module] type without an attribute.</param>
/// <param name="PropertyType">The property's type as it is to be written in emitted code.</param>
/// <param name="Accessibility">The property's accessibility, as written.</param>
/// <param name="Arguments">The attribute's arguments, positional ones under their parameter's name.</param>
/// <param name="Child">The repeated or nested module; null for a module of ours.</param>
/// <param name="Weights">The argument of [Weights]; null for none.</param>
/// <param name="IsFrozen">Marked [Frozen].</param>
/// <param name="Summary">The property's doc summary as plain text; null for none.</param>
/// <param name="Span">The property's name.</param>
internal sealed record MemberSpec(
    string Name,
    string Kind,
    string PropertyType,
    string Accessibility,
    EquatableArray<ArgumentSpec> Arguments,
    ModuleSpec? Child,
    string? Weights,
    bool IsFrozen,
    string? Summary,
    int Span);

/// <summary>An argument of a module's attribute.</summary>
/// <param name="Name">In Pascal case: of the property, or of the constructor's parameter with its first letter raised.</param>
/// <param name="Value">What was written.</param>
/// <param name="Span">The argument's expression.</param>
internal sealed record ArgumentSpec(string Name, ArgumentValue Value, int Span);

internal abstract record ArgumentValue
{
    /// <summary>An int: symbolic where it is written with constants that are sizes.</summary>
    public sealed record Integer(Size Size) : ArgumentValue;

    public sealed record Number(float Value) : ArgumentValue;

    public sealed record Boolean(bool Value) : ArgumentValue;

    public sealed record Text(string Value) : ArgumentValue;

    /// <summary>A member of an enum, such as Activation.Relu.</summary>
    public sealed record Choice(string Type, string Member) : ArgumentValue;

    /// <summary>A static method, by its name.</summary>
    public sealed record Formula(MethodSpec Method) : ArgumentValue;
}

/// <summary>A Forward or a Loss, read as a formula.</summary>
/// <param name="Name">The method's name.</param>
/// <param name="Parameters">In order.</param>
/// <param name="Results">
/// The names of the results, distinct from those of the parameters: of the tuple's elements, else of the Loss's parameters, else of the
/// locals that are returned, else <c>output</c>.
/// </param>
/// <param name="Body">The statements.</param>
/// <param name="Summary">The method's doc summary as plain text; null for none.</param>
/// <param name="Span">The method's name.</param>
internal sealed record MethodSpec(
    string Name,
    EquatableArray<ParameterSpec> Parameters,
    EquatableArray<string> Results,
    EquatableArray<Statement> Body,
    string? Summary,
    int Span);

/// <summary>A tensor that comes in.</summary>
/// <param name="Shape">From [Shape(...)]: each extent; null where the first use tells.</param>
/// <param name="IsInteger">[Shape(..., Integer = true)].</param>
internal sealed record ParameterSpec(string Name, EquatableArray<Size>? Shape, bool IsInteger, int Span);

/// <summary>A statement of a Forward or a Loss.</summary>
/// <param name="Text">The statement as the user wrote it, on one line; of a foreach its head.</param>
internal abstract record Statement(string Text, int Span)
{
    /// <summary>A declaration or an assignment; several targets take a tuple apart. <c>x += y</c> comes as <c>x = x + y</c>.</summary>
    public sealed record Assign(EquatableArray<string> Targets, Expression Value, string Text, int Span) : Statement(Text, Span);

    /// <summary>One expression a result.</summary>
    public sealed record Return(EquatableArray<Expression> Values, string Text, int Span) : Statement(Text, Span);

    /// <summary><c>foreach (DecoderLayer layer in Layers)</c>.</summary>
    public sealed record ForEach(string Variable, string Member, EquatableArray<Statement> Body, string Text, int Span) : Statement(Text, Span);
}

/// <summary>An expression of tensors and numbers.</summary>
internal abstract record Expression(int Span)
{
    /// <summary>A parameter or a local.</summary>
    public sealed record Local(string Name, int Span) : Expression(Span);

    /// <summary>A number.</summary>
    public sealed record Literal(float Value, int Span) : Expression(Span);

    /// <summary>An int that may name sizes: an axis, an extent, a number in a formula.</summary>
    public sealed record Integer(Size Size, int Span) : Expression(Span);

    /// <summary>true, false or a member of an enum, as an option of a call.</summary>
    public sealed record Option(string Value, int Span) : Expression(Span);

    /// <summary>A method of Tensor, static or on an instance, or an operator, which comes as Add, Subtract, Multiply, Divide or Negate.</summary>
    /// <param name="Arguments">The receiver first; under their parameters' names, "" for the receiver and for <c>params</c> elements their parameter's name repeated.</param>
    public sealed record Call(string Method, EquatableArray<CallArgument> Arguments, int Span) : Expression(Span);

    /// <summary>The Forward of a member: <c>Stem.Forward(x)</c>, or of a foreach variable: <c>layer.Forward(x)</c>.</summary>
    public sealed record Invoke(string Member, EquatableArray<Expression> Arguments, int Span) : Expression(Span);
}

/// <summary>An argument under its parameter's name.</summary>
internal sealed record CallArgument(string Name, Expression Value);
