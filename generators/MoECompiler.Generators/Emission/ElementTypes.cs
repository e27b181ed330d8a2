namespace MoECompiler.Generators.Emission;

/// <summary>Element types in emitted text. In a GPU's kernels floats of 16 bits are bits in memory, and floats in registers.</summary>
internal static class ElementTypes
{
    /// <summary>A view's elements. ILGPU has a Half of its own.</summary>
    public static string OfView(this DType type) => type switch
    {
        DType.F32 => "float",
        DType.I32 => "int",
        DType.F16 => "System.Half",
        _ => "BFloat16",
    };

    /// <summary>The elements of a parameter or of a tensor at a model's boundary.</summary>
    public static string OfBoundary(this DType type) => "ElementType." + type switch
    {
        DType.F32 => "Float32",
        DType.I32 => "Int32",
        DType.F16 => "Float16",
        DType.NF4 => "Nf4",
        _ => "BFloat16",
    };

    /// <summary>A view's elements in a kernel.</summary>
    public static string OfKernel(this DType type) => type.IsNarrow() ? "ushort" : type.OfView();

    /// <summary>A view as it is passed to a kernel.</summary>
    public static string Pass(this DType type, string view) =>
        type == DType.NF4 ? $"gpu.Words({view}), gpu.Nf4Tables" : $"gpu.{(type.IsNarrow() ? "Bits" : "Array")}({view})";

    /// <summary>A view as a parameter of a method that launches.</summary>
    public static string Declare(this DType type, string view) => type == DType.NF4 ? $"Nf4View {view}" : $"View<{type.OfView()}> {view}";

    /// <summary>A view as a parameter of a kernel.</summary>
    public static string DeclareForKernel(this DType type, string view) =>
        type == DType.NF4 ? $"ArrayView<int> {view}, ArrayView<float> tables" : $"ArrayView<{type.OfKernel()}> {view}";

    /// <summary>The argument of a method that loads or stores narrow floats, such as <c>&lt;BF16&gt;</c>; none for floats.</summary>
    public static string Format(this DType type) => type.IsNarrow() ? $"<{type}>" : "";

    /// <summary>A float as an element to be written.</summary>
    public static string Narrow(this DType type, string number) => type.IsNarrow() ? $"(ushort){type}.Narrow({number})" : number;

    /// <summary>An element that was read as a float.</summary>
    public static string Widen(this DType type, string element) => type.IsNarrow() ? $"{type}.Widen({element})" : element;
}
