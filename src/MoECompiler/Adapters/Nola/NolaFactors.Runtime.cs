using MoECompiler.Ops;

namespace MoECompiler;

/// <summary>The trained coefficients of a weight's change, declared by <see cref="NolaAttribute{TModel}">[Nola&lt;TModel&gt;]</see>.</summary>
public sealed class NolaFactors(Parameter weight, SeededFactor a, SeededFactor b, Parameter coefficientsA, Parameter coefficientsB)
    : AdapterFactors(weight, a.Rows, a.Columns)
{
    /// <summary>f32[Groups..., BasisA].</summary>
    public Parameter CoefficientsA { get; } = coefficientsA;

    /// <summary>f32[Groups..., BasisB].</summary>
    public Parameter CoefficientsB { get; } = coefficientsB;

    public override long Groups => CoefficientsA.Extents.Rows;

    public override (float[] A, float[] B) Read() => (a.Make(CoefficientsA), b.Make(CoefficientsB));
}

/// <summary>How a factor is made of its coefficients; see <see cref="SeededMix"/>.</summary>
/// <param name="Seed">The key of the generator.</param>
/// <param name="Matrix">The number of the basis.</param>
/// <param name="IsShared">All groups are of one basis.</param>
/// <param name="ScaleOf">The sum is divided by its root.</param>
/// <param name="OffsetOf">The offset is uniform within 1 / sqrt(OffsetOf); 0 for no offset.</param>
/// <param name="Rows">Of the factor.</param>
/// <param name="Columns">Of the factor.</param>
public readonly record struct SeededFactor(ulong Seed, int Matrix, bool IsShared, int ScaleOf, int OffsetOf, int Rows, int Columns)
{
    /// <summary>The factor of each group as it is now.</summary>
    internal float[] Make(Parameter coefficients)
    {
        using CpuDevice cpu = new(1);
        View<float> given = cpu.Upload<float>(coefficients.Value.ToArray(), [checked((int)coefficients.Extents.Rows), coefficients.Extents.Columns]);
        View<float> made = cpu.New<float>(given.Rows, Rows, Columns);
        Kernels.SeededMix(cpu, given, made, Seed, Matrix, IsShared, ScaleOf, OffsetOf);
        return made.ToArray();
    }
}
