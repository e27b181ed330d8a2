using Microsoft.CodeAnalysis;

namespace MoECompiler.Generators.Diagnostics;

/// <summary>The model classes themselves: MOE0xxx.</summary>
internal static class SettingDescriptors
{
    private const string Category = "MoECompiler.Settings";

    /// <remarks>{0}: the class; {1}: the declaration that is needed.</remarks>
    public static readonly DiagnosticDescriptor NotSealedPartial = new(
        id: FixableIds.NotSealedPartial,
        title: "A model is sealed partial",
        messageFormat: "`{0}` must be `{1}`: the compiler writes its other half, and it has no heirs",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        customTags: WellKnownDiagnosticTags.NotConfigurable);

    /// <remarks>{0}: the class; {1}: what it is.</remarks>
    public static readonly DiagnosticDescriptor ClassForm = new(
        id: "MOE0002",
        title: "A model is a plain class",
        messageFormat: "`{0}` {1}; a model or module is a top-level class without type parameters and without a base class",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        customTags: WellKnownDiagnosticTags.NotConfigurable);

    /// <remarks>{0}: the class.</remarks>
    public static readonly DiagnosticDescriptor NoForward = new(
        id: "MOE0003",
        title: "A model has a Forward",
        messageFormat: "`{0}` has no method marked [Forward]; add `[Forward] public Tensor Forward(Tensor x)`",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        customTags: WellKnownDiagnosticTags.NotConfigurable);

    /// <remarks>{0}: the class; {1}: the attribute.</remarks>
    public static readonly DiagnosticDescriptor TwoMethods = new(
        id: "MOE0004",
        title: "One Forward and one Loss",
        messageFormat: "`{0}` has another method marked [{1}]; mark only one",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        customTags: WellKnownDiagnosticTags.NotConfigurable);

    /// <remarks>{0}: the class.</remarks>
    public static readonly DiagnosticDescriptor ModelAndModule = new(
        id: "MOE0005",
        title: "A model or a module",
        messageFormat: "`{0}` is marked both [Model] and [Module]; keep one: a model is trained and saved, a module is a part of models",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        customTags: WellKnownDiagnosticTags.NotConfigurable);

    /// <remarks>{0}: the method; {1}: what it is.</remarks>
    public static readonly DiagnosticDescriptor MethodForm = new(
        id: "MOE0006",
        title: "A Forward is a plain method",
        messageFormat: "`{0}` {1}; a method that the compiler reads is a plain method of the instance with a body",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        customTags: WellKnownDiagnosticTags.NotConfigurable);

    /// <remarks>{0}: the method; {1}: its type.</remarks>
    public static readonly DiagnosticDescriptor ResultType = new(
        id: "MOE0007",
        title: "A Forward returns tensors",
        messageFormat: "`{0}` returns `{1}`; return `Tensor`, or from a Forward a tuple such as `(Tensor logits, Tensor score)`",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        customTags: WellKnownDiagnosticTags.NotConfigurable);

    /// <remarks>{0}: the parameter; {1}: the method; {2}: what it is.</remarks>
    public static readonly DiagnosticDescriptor ParameterType = new(
        id: "MOE0008",
        title: "A Forward takes tensors",
        messageFormat: "Parameter `{0}` of `{1}` {2}; take a `Tensor` by value, and put what is known at build time into a constant",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        customTags: WellKnownDiagnosticTags.NotConfigurable);

    /// <remarks>{0}: the method.</remarks>
    public static readonly DiagnosticDescriptor LossInModule = new(
        id: "MOE0009",
        title: "A loss belongs to a model",
        messageFormat: "`{0}` is marked [Loss] in a [Module]; only a [Model] has a loss: move it there",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        customTags: WellKnownDiagnosticTags.NotConfigurable);

    /// <remarks>{0}: the method; {1}: the class.</remarks>
    public static readonly DiagnosticDescriptor ForwardWithoutModel = new(
        id: "MOE0010",
        title: "Forward in a class that is no model",
        messageFormat: "`{0}` is marked [Forward], but `{1}` is not compiled; mark the class [Model] or [Module]",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true);

    /// <remarks>{0}: the method.</remarks>
    public static readonly DiagnosticDescriptor NoInput = new(
        id: "MOE0011",
        title: "A Forward takes something in",
        messageFormat: "`{0}` takes no tensor; give it one parameter for each input",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        customTags: WellKnownDiagnosticTags.NotConfigurable);

    /// <remarks>{0}: the name; {1}: what else it is.</remarks>
    public static readonly DiagnosticDescriptor ReservedWord = new(
        id: "MOE0013",
        title: "A name that emitted code cannot have",
        messageFormat: "`{0}` is {1}; choose another name",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        customTags: WellKnownDiagnosticTags.NotConfigurable);

    /// <remarks>{0}: the member.</remarks>
    public static readonly DiagnosticDescriptor ReservedName = new(
        id: "MOE0012",
        title: "A name that every model has",
        messageFormat: "`{0}` is the name of something that every model has; choose another",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        customTags: WellKnownDiagnosticTags.NotConfigurable);

    public static IReadOnlyList<DiagnosticDescriptor> All { get; } =
    [
        NotSealedPartial,
        ClassForm,
        NoForward,
        TwoMethods,
        ModelAndModule,
        MethodForm,
        ResultType,
        ParameterType,
        LossInModule,
        ForwardWithoutModel,
        NoInput,
        ReservedWord,
        ReservedName,
    ];
}
