using MoECompiler.Generators.Parsing;

namespace MoECompiler.Generators.Emission.Gpu;

/// <summary>All kernels that are emitted for a model, each once, in one class beside its plans.</summary>
internal sealed class GpuKernelTable
{
    private static readonly string[] s_usings = ["System", "System.Diagnostics.CodeAnalysis", "global::ILGPU", "global::ILGPU.Runtime", "global::MoECompiler", "global::MoECompiler.Ops"];

    /// <param name="nominal">The default sizes.</param>
    public GpuKernelTable(Func<string, long> nominal)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        Elements = new ElementKernels(names);
        Rows = new RowKernels(names, nominal);
        Products = new ProductTable(names, nominal);
    }

    public ElementKernels Elements { get; }

    public RowKernels Rows { get; }

    public ProductTable Products { get; }

    public string Emit(ModelSpec spec)
    {
        SourceWriter writer = SourceHeader.Begin(
            spec, s_usings, $"The kernels of {spec.Name} for GPUs: each is a method that launches, and one or more that a device compiles.");
        writer.Open($"partial class {spec.Name}");
        writer.Open("private static class Gpu");
        Elements.Emit(writer);
        Rows.Emit(writer);
        writer.Line();
        Products.Emit(writer);
        writer.Close();
        return writer.Close().ToString();
    }
}
