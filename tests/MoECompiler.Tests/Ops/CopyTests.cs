using MoECompiler.Ops;
using Xunit;

namespace MoECompiler.Tests.Ops;

[Tests(typeof(Copy), typeof(Fill), typeof(Iota))]
public class CopyTests : OpTest
{
    [Fact]
    public void Copy_AnyElements_AreTheSame() => ForMatrices((rows, columns, seed) =>
    {
        Source source = new(seed);
        Matches(new Copy(), [source.Normal(rows, columns)], (cpu, v) => Kernels.Copy(cpu, v.In(0), v.Out()), 0);
        Matches(new Copy(), [source.Indices(99, rows, columns)], (cpu, v) => Kernels.Copy(cpu, v.Indices(0), v.OutIndices()), 0);
    });

    [Fact]
    public void Copy_Operand_HasTheGradientOfItsDifferences() => GradientCheck.Check(new Copy(), new Source(1).Normal(2, 3));

    [Fact]
    public void Fill_AnyShape_HoldsTheNumber() => ForMatrices((rows, columns, seed) =>
        Matches(new Fill(0.5f, [rows, columns]), [], (cpu, v) => Kernels.Fill(cpu, v.Out(), Number: 0.5f), 0));

    [Fact]
    public void Iota_AnyCount_Counts() => ForMatrices((rows, columns, _) =>
        Matches(new Iota(rows * columns), [], (cpu, v) => Kernels.Iota(cpu, v.Out()), 0));
}
