namespace MoECompiler;

/// <summary>
/// Gives a number a name that the compiler keeps: the constant's value is the default, and each instance of the model may bind another.
/// A plain constant or a literal is baked in; a plain constant that is computed from sizes keeps the rule.
/// </summary>
/// <param name="configKey">The key in config.json that binds the size when a checkpoint is loaded; null for none.</param>
[AttributeUsage(AttributeTargets.Field, Inherited = false)]
public sealed class SizeAttribute(string? configKey = null) : Attribute
{
    /// <summary>The key in config.json; null for none.</summary>
    public string? ConfigKey { get; } = configKey;
}
