using Microsoft.CodeAnalysis;

namespace MoECompiler.Generators.Parsing;

/// <summary>Whether a project compiles its models for GPUs too: it does where it references what runs them.</summary>
internal static class GpuReference
{
    public static bool Has(Compilation compilation) => compilation.ReferencedAssemblyNames.Any(static a => a.Name == "MoECompiler.Gpu");
}
