using Microsoft.CodeAnalysis;

namespace MoECompiler.Generators.Diagnostics;

/// <summary>How members and sizes are declared: MOE1003 and MOE1016 on.</summary>
internal static class MemberDescriptors
{
    private const string Category = "MoECompiler.Definition";

    /// <remarks>{0}: the member; {1}: the class.</remarks>
    public static readonly DiagnosticDescriptor MemberNeverUsed = new(
        id: "MOE1003",
        title: "A member that nothing uses",
        messageFormat: "`{0}` is never used by a Forward of `{1}`, so it gets no weights; call its Forward or remove it",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true);

    /// <remarks>{0}: the property; {1}: what it is; {2}: its type.</remarks>
    public static readonly DiagnosticDescriptor PropertyForm = new(
        id: FixableIds.PropertyForm,
        title: "A member is a partial property",
        messageFormat: "`{0}` {1}; declare it as `public partial {2} {0} {{ get; }}`",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        customTags: WellKnownDiagnosticTags.NotConfigurable);

    /// <remarks>{0}: the property.</remarks>
    public static readonly DiagnosticDescriptor PropertySetter = new(
        id: FixableIds.PropertySetter,
        title: "A member is not set",
        messageFormat: "`{0}` has a setter; the compiler makes the member: leave only `get;`",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        customTags: WellKnownDiagnosticTags.NotConfigurable);

    /// <remarks>{0}: the attribute; {1}: the property; {2}: its type.</remarks>
    public static readonly DiagnosticDescriptor TypeMismatch = new(
        id: "MOE1018",
        title: "A member of another type",
        messageFormat: "[{0}] declares a member of type `{0}`, but `{1}` is a `{2}`; change one of them",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        customTags: WellKnownDiagnosticTags.NotConfigurable);

    /// <remarks>{0}: the property; {1}: the attribute that its type has, or a list of them.</remarks>
    public static readonly DiagnosticDescriptor NoModuleAttribute = new(
        id: "MOE1019",
        title: "A member without its attribute",
        messageFormat: "`{0}` does not say how it is made; put {1} on it",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        customTags: WellKnownDiagnosticTags.NotConfigurable);

    /// <remarks>{0}: the property; {1}, {2}: the attributes.</remarks>
    public static readonly DiagnosticDescriptor TwoModuleAttributes = new(
        id: "MOE1020",
        title: "A member with two attributes",
        messageFormat: "`{0}` is declared by [{1}] and by [{2}]; keep one",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        customTags: WellKnownDiagnosticTags.NotConfigurable);

    /// <remarks>{0}: the type.</remarks>
    public static readonly DiagnosticDescriptor NotAModule = new(
        id: "MOE1021",
        title: "A type that is no module",
        messageFormat: "`{0}` is not a module: mark the class [Module] and give it a [Forward]",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        customTags: WellKnownDiagnosticTags.NotConfigurable);

    /// <remarks>{0}: the module; {1}: the way, as A &gt; B &gt; A.</remarks>
    public static readonly DiagnosticDescriptor ModuleRecursion = new(
        id: "MOE1022",
        title: "A module within itself",
        messageFormat: "`{0}` contains itself: {1}",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        customTags: WellKnownDiagnosticTags.NotConfigurable);

    /// <remarks>{0}: the module.</remarks>
    public static readonly DiagnosticDescriptor ModuleFromElsewhere = new(
        id: "MOE1023",
        title: "A module of another project",
        messageFormat: "`{0}` is declared in another project, where the compiler cannot read its Forward; add its file to this one",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        customTags: WellKnownDiagnosticTags.NotConfigurable);

    /// <remarks>{0}: the field.</remarks>
    public static readonly DiagnosticDescriptor SizeNotConstant = new(
        id: "MOE1024",
        title: "A size is a constant",
        messageFormat: "`{0}` is marked [Size], but is not a `const int`; a size is a constant, whose value is its default",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        customTags: WellKnownDiagnosticTags.NotConfigurable);

    /// <remarks>{0}: the size; {1}: its value.</remarks>
    public static readonly DiagnosticDescriptor SizeNotPositive = new(
        id: "MOE1025",
        title: "A size is at least 1",
        messageFormat: "The size `{0}` is {1}; it must be at least 1",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        customTags: WellKnownDiagnosticTags.NotConfigurable);

    /// <remarks>{0}, {1}: the sizes with their classes.</remarks>
    public static readonly DiagnosticDescriptor SizeTwice = new(
        id: "MOE1026",
        title: "Two sizes of one name",
        messageFormat: "`{0}` and `{1}` are two sizes of one model with the same name; rename one, or use one constant for both",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        customTags: WellKnownDiagnosticTags.NotConfigurable);

    /// <remarks>{0}, {1}: the sizes; {2}: the key.</remarks>
    public static readonly DiagnosticDescriptor ConfigKeyTwice = new(
        id: "MOE1027",
        title: "Two sizes of one key",
        messageFormat: "`{0}` and `{1}` are both bound by the key \"{2}\"; each size has a key of its own: give each its own [Size(...)]",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        customTags: WellKnownDiagnosticTags.NotConfigurable);

    /// <remarks>{0}: the argument; {1}: the member; {2}: its value; {3}: the range.</remarks>
    public static readonly DiagnosticDescriptor ArgumentRange = new(
        id: "MOE1028",
        title: "An argument out of its range",
        messageFormat: "`{0}` of `{1}` is {2}; it must be {3}",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        customTags: WellKnownDiagnosticTags.NotConfigurable);

    /// <remarks>{0}: the option; {1}: the member; {2}: the reason, such as "with Kind = SwiGlu".</remarks>
    public static readonly DiagnosticDescriptor OptionWithoutEffect = new(
        id: FixableIds.OptionWithoutEffect,
        title: "An option without effect",
        messageFormat: "`{0}` of `{1}` has no effect {2}; remove it",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true);

    /// <remarks>{0}: the member; {1}: the remedy.</remarks>
    public static readonly DiagnosticDescriptor RouterWithoutGradient = new(
        id: "MOE1030",
        title: "A router that learns nothing from the loss",
        messageFormat: "`{0}` gives each row to one expert with a weight that is always 1, so the loss cannot teach its router; set {1}, or use it only with BalanceLoss",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true);

    /// <remarks>{0}: what was written.</remarks>
    public static readonly DiagnosticDescriptor BadExtent = new(
        id: "MOE1031",
        title: "Not an extent",
        messageFormat: "{0} is not an extent: write a name in quotes for one that is free, such as \"B\", or a positive constant",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        customTags: WellKnownDiagnosticTags.NotConfigurable);

    /// <remarks>{0}: the name; {1}: the constant as it is to be written.</remarks>
    public static readonly DiagnosticDescriptor ExtentNamedAsSize = new(
        id: FixableIds.ExtentNamedAsSize,
        title: "A free extent with the name of a size",
        messageFormat: "\"{0}\" is a free extent with the name of the size `{0}`; write the constant without quotes: {1}",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        customTags: WellKnownDiagnosticTags.NotConfigurable);

    /// <remarks>{0}: the name; {1}: the size; {2}: the constant as it is to be written.</remarks>
    public static readonly DiagnosticDescriptor ExtentLikeSize = new(
        id: FixableIds.ExtentLikeSize,
        title: "A free extent that looks like a size",
        messageFormat: "\"{0}\" is a free extent; if the size `{1}` is meant, write the constant without quotes: {2}",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true);

    /// <remarks>{0}: the size; {1}: the class.</remarks>
    public static readonly DiagnosticDescriptor SizeNeverUsed = new(
        id: "MOE1034",
        title: "A size that nothing uses",
        messageFormat: "The size `{0}` is not used by any member or shape of `{1}`; use it or remove [Size]",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true);

    public static IReadOnlyList<DiagnosticDescriptor> All { get; } =
    [
        MemberNeverUsed,
        PropertyForm,
        PropertySetter,
        TypeMismatch,
        NoModuleAttribute,
        TwoModuleAttributes,
        NotAModule,
        ModuleRecursion,
        ModuleFromElsewhere,
        SizeNotConstant,
        SizeNotPositive,
        SizeTwice,
        ConfigKeyTwice,
        ArgumentRange,
        OptionWithoutEffect,
        RouterWithoutGradient,
        BadExtent,
        ExtentNamedAsSize,
        ExtentLikeSize,
        SizeNeverUsed,
    ];
}
