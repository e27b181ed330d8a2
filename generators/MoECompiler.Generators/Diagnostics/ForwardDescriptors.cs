using Microsoft.CodeAnalysis;

namespace MoECompiler.Generators.Diagnostics;

/// <summary>What a Forward or a Loss says: MOE1001 to MOE1015, less MOE1003.</summary>
internal static class ForwardDescriptors
{
    private const string Category = "MoECompiler.Definition";

    /// <remarks>{0}: the condition.</remarks>
    public static readonly DiagnosticDescriptor RunTimeCondition = new(
        id: "MOE1001",
        title: "A branch at run time",
        messageFormat: "`{0}` depends on run time; a graph can branch only on constants: compute both sides and mix them with `Tensor.Select`",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        customTags: WellKnownDiagnosticTags.NotConfigurable);

    /// <remarks>{0}: what was written; {1}: the remedy, with a leading semicolon, or nothing.</remarks>
    public static readonly DiagnosticDescriptor NotInGraph = new(
        id: "MOE1002",
        title: "Not part of a graph",
        messageFormat: "`{0}` cannot be part of a graph{1}",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        customTags: WellKnownDiagnosticTags.NotConfigurable);

    /// <remarks>{0}: the head of the loop.</remarks>
    public static readonly DiagnosticDescriptor Loop = new(
        id: "MOE1004",
        title: "A loop at run time",
        messageFormat: "`{0}` loops at run time; only `foreach` over a property of type `Layers<T>` can be compiled: make the body a [Module]",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        customTags: WellKnownDiagnosticTags.NotConfigurable);

    /// <remarks>{0}: the condition; {1}: the size.</remarks>
    public static readonly DiagnosticDescriptor ConditionOnSize = new(
        id: "MOE1005",
        title: "A branch on a size",
        messageFormat: "`{0}` depends on the size `{1}`, which each instance of the model may choose; branch only on constants that are computed without sizes",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        customTags: WellKnownDiagnosticTags.NotConfigurable);

    /// <remarks>{0}: the expression.</remarks>
    public static readonly DiagnosticDescriptor NotConstant = new(
        id: "MOE1006",
        title: "A number that is not constant",
        messageFormat: "`{0}` must be known at build time; use a literal, a constant or a [Size]",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        customTags: WellKnownDiagnosticTags.NotConfigurable);

    /// <remarks>{0}: the expression; {1}: the size.</remarks>
    public static readonly DiagnosticDescriptor NumberFromSize = new(
        id: "MOE1007",
        title: "A number that hangs on a size",
        messageFormat: "`{0}` depends on the size `{1}`, which each instance of the model may choose; this number is baked in: write it without sizes",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        customTags: WellKnownDiagnosticTags.NotConfigurable);

    /// <remarks>{0}: the expression; {1}: the size.</remarks>
    public static readonly DiagnosticDescriptor SizeRule = new(
        id: "MOE1008",
        title: "A rule that sizes cannot follow",
        messageFormat: "`{0}` is not a rule for sizes: from the size `{1}` others are computed by + - * and / alone",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        customTags: WellKnownDiagnosticTags.NotConfigurable);

    /// <remarks>{0}: the statement.</remarks>
    public static readonly DiagnosticDescriptor WithoutEffect = new(
        id: "MOE1009",
        title: "A statement without effect",
        messageFormat: "`{0}` has no effect: tensors do not change in place; assign the result",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        customTags: WellKnownDiagnosticTags.NotConfigurable);

    public static readonly DiagnosticDescriptor ReturnInLoop = new(
        id: "MOE1010",
        title: "A return out of a loop",
        messageFormat: "A Forward cannot return out of a `foreach` over layers; assign the result and return it after the loop",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        customTags: WellKnownDiagnosticTags.NotConfigurable);

    /// <remarks>{0}: the expression.</remarks>
    public static readonly DiagnosticDescriptor Tuple = new(
        id: "MOE1011",
        title: "A tuple that is not taken apart",
        messageFormat: "`{0}` gives several tensors; take them apart at once: `(Tensor a, Tensor b) = ...`",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        customTags: WellKnownDiagnosticTags.NotConfigurable);

    /// <remarks>{0}: the inner layers.</remarks>
    public static readonly DiagnosticDescriptor NestedLayers = new(
        id: "MOE1012",
        title: "Layers within layers",
        messageFormat: "`{0}` repeats inside of layers that are repeated themselves; put the inner ones one by one, as properties of the module",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        customTags: WellKnownDiagnosticTags.NotConfigurable);

    /// <remarks>{0}: the method.</remarks>
    public static readonly DiagnosticDescriptor HelperRecursion = new(
        id: "MOE1013",
        title: "A helper that calls itself",
        messageFormat: "`{0}` calls itself; its body is put in place of the call, which would never end: use `Layers<T>` to repeat something",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        customTags: WellKnownDiagnosticTags.NotConfigurable);

    /// <remarks>{0}: the method; {1}: what it is.</remarks>
    public static readonly DiagnosticDescriptor HelperForm = new(
        id: "MOE1014",
        title: "A helper that cannot be put in place",
        messageFormat: "`{0}` {1}; a helper is a method of the same class with a body that takes tensors and returns a tensor or a tuple of tensors",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        customTags: WellKnownDiagnosticTags.NotConfigurable);

    /// <remarks>{0}: the loss; {1}: what is wrong; {2}: the Forward; {3}: its results.</remarks>
    public static readonly DiagnosticDescriptor LossParameters = new(
        id: "MOE1015",
        title: "A loss that does not fit",
        messageFormat: "`{0}` {1}; it takes the results of `{2}` first, in their order: {3}",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        customTags: WellKnownDiagnosticTags.NotConfigurable);

    public static IReadOnlyList<DiagnosticDescriptor> All { get; } =
    [
        RunTimeCondition,
        NotInGraph,
        Loop,
        ConditionOnSize,
        NotConstant,
        NumberFromSize,
        SizeRule,
        WithoutEffect,
        ReturnInLoop,
        Tuple,
        NestedLayers,
        HelperRecursion,
        HelperForm,
        LossParameters,
    ];
}
