namespace MoECompiler;

/// <summary>Keeps training from changing the member's weights: they get no gradient and no optimizer state.</summary>
[AttributeUsage(AttributeTargets.Property, Inherited = false)]
public sealed class FrozenAttribute : Attribute;
