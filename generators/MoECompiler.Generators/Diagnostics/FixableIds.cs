namespace MoECompiler.Generators.Diagnostics;

/// <summary>The diagnostics whose remedy is mechanical. The code fixes share this file with the generator.</summary>
internal static class FixableIds
{
    public const string NotSealedPartial = "MOE0001";
    public const string PropertyForm = "MOE1016";
    public const string PropertySetter = "MOE1017";
    public const string OptionWithoutEffect = "MOE1029";
    public const string ExtentNamedAsSize = "MOE1032";
    public const string ExtentLikeSize = "MOE1033";
    public const string LayerMissing = "MOE5001";
    public const string UnknownPlaceholder = "MOE5003";

    /// <summary>The key of a message's argument among the properties of a diagnostic.</summary>
    public static string Argument(int index) => "Argument" + (char)('0' + index);
}
