using System.Reflection;

namespace MoECompiler;

/// <summary>A launch that an <see cref="OfflineDevice"/> took down.</summary>
/// <param name="Kernel">The method that a device would compile.</param>
/// <param name="Work">How often it would run, and what that costs.</param>
/// <param name="Shapes">The extents of the views that it was given, in order.</param>
public sealed record RecordedLaunch(MethodInfo Kernel, Work Work, IReadOnlyList<Extents> Shapes)
{
    /// <summary>The kernel's name, with the formula of a kernel of the library that takes one.</summary>
    public string Name => Kernel.IsGenericMethod
        ? $"{Kernel.Name}<{string.Join(", ", Kernel.GetGenericArguments().Select(static a => a.Name))}>"
        : Kernel.Name;
}
