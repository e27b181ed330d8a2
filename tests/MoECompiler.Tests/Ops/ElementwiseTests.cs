using System.Reflection;
using CsCheck;
using MoECompiler.Graphs;
using MoECompiler.Ops;
using MoECompiler.Reference;
using Xunit;
using static MoECompiler.Ops.Scalar;
using Size = MoECompiler.Graphs.Size;

namespace MoECompiler.Tests.Ops;

[Tests(typeof(Elementwise))]
public class ElementwiseTests : OpTest
{
    /// <summary>A few roundings of numbers near 1.</summary>
    private const double Tolerance = 1e-6;

    private readonly struct Fill : IFormula0
    {
        public V Apply<V>() where V : unmanaged, ILanes<V> => V.Of(2.5f);
    }

    private readonly struct Twice(float factor) : IFormula1
    {
        public V Apply<V>(V a) where V : unmanaged, ILanes<V> => a * V.Of(factor);
    }

    private readonly struct AddSilu : IFormula2
    {
        public V Apply<V>(V a, V b) where V : unmanaged, ILanes<V> => a + Lane.Silu(b);
    }

    private readonly struct MultiplyAdd : IFormula3
    {
        public V Apply<V>(V a, V b, V c) where V : unmanaged, ILanes<V> => a * b + c;
    }

    private readonly struct Products : IFormula4
    {
        public V Apply<V>(V a, V b, V c, V d) where V : unmanaged, ILanes<V> => a * b + c * d;
    }

    private readonly struct Chosen : IFormula5
    {
        public V Apply<V>(V a, V b, V c, V d, V e) where V : unmanaged, ILanes<V> => Lane.Select(a, b, c) * d + e;
    }

    private readonly struct Differences : IFormula6
    {
        public V Apply<V>(V a, V b, V c, V d, V e, V f) where V : unmanaged, ILanes<V> => a * b + c * d - e * f;
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void Elementwise_OperandsThatBroadcast_MatchesTheFormula(int operands)
    {
        Gen<int[]> shapes = Gen.OneOf(0, 1, 2, 3, 5, 17, 33).Array[0, 4].Where(static s => s.Count(static e => e > 5) <= 2);
        Gen.Select(shapes, Gen.Int).Sample((shape, seed) => Check(operands, shape, seed), iter: Cases);
        Check(operands, [3 * 4096 + 7, 5], 1);
        Check(operands, [200, 300], 2);
        Check(operands, [300, 1, 200], 3);
    }

    /// <summary>The first operand has the whole shape, so that the result has it; the others have extents left out, or of 1.</summary>
    private static void Check(int operands, int[] shape, int seed)
    {
        Source source = new(seed);
        Random random = new(seed);
        if (operands == 0)
            shape = [];
        TestTensor[] given =
        [
            .. Enumerable.Range(0, operands).Select(i => source.Normal(i == 0 ? shape : [.. shape
                .Skip(random.Next(shape.Length + 1))
                .Select(extent => random.Next(3) == 0 ? 1 : extent)])),
        ];
        switch (operands)
        {
            case 0: Matches(new Elementwise(Constant(2.5f)), given, (cpu, v) => Kernels.Elementwise(cpu, v.Out(), new Fill()), 0); break;
            case 1: Matches(new Elementwise(In(0) * 2f), given, (cpu, v) => Kernels.Elementwise(cpu, v.In(0), v.Out(), new Twice(2)), 0); break;
            case 2:
                Matches(new Elementwise(In(0) + Silu(In(1))), given, (cpu, v) => Kernels.Elementwise(cpu, v.In(0), v.In(1), v.Out(), new AddSilu()), Tolerance);
                break;
            case 3:
                Matches(
                    new Elementwise(In(0) * In(1) + In(2)), given,
                    (cpu, v) => Kernels.Elementwise(cpu, v.In(0), v.In(1), v.In(2), v.Out(), new MultiplyAdd()), Tolerance);
                break;
            case 4:
                Matches(
                    new Elementwise(In(0) * In(1) + In(2) * In(3)), given,
                    (cpu, v) => Kernels.Elementwise(cpu, v.In(0), v.In(1), v.In(2), v.In(3), v.Out(), new Products()), Tolerance);
                break;
            case 5:
                Matches(
                    new Elementwise(Select(In(0), In(1), In(2)) * In(3) + In(4)), given,
                    (cpu, v) => Kernels.Elementwise(cpu, v.In(0), v.In(1), v.In(2), v.In(3), v.In(4), v.Out(), new Chosen()), Tolerance);
                break;
            default:
                Matches(
                    new Elementwise(In(0) * In(1) + In(2) * In(3) - In(4) * In(5)), given,
                    (cpu, v) => Kernels.Elementwise(cpu, v.In(0), v.In(1), v.In(2), v.In(3), v.In(4), v.In(5), v.Out(), new Differences()), 2 * Tolerance);
                break;
        }
    }

    public static TheoryData<string> Functions => [.. typeof(ScalarFunction)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(static f => f.Name)];

    [Theory]
    [MemberData(nameof(Functions))]
    public void Elementwise_EachFunction_HasTheGradientOfItsDifferences(string name)
    {
        ScalarFunction function = (ScalarFunction)typeof(ScalarFunction).GetField(name)!.GetValue(null)!;
        int arity = typeof(Scalar).GetMethod(name)?.GetParameters().Length ?? 2;
        Elementwise op = new(Of(function, [.. Enumerable.Range(0, arity).Select(In)]));
        Source source = new(5);
        TestTensor[] positive = [.. Enumerable.Range(0, arity).Select(_ => source.Uniform(0.2f, 3, 17))];
        TestTensor[] mixed = [.. Enumerable.Range(0, arity).Select(_ => source.Normal(17))];
        if (name.EndsWith("Derivative", StringComparison.Ordinal))
        {
            Assert.Throws<NoGradientError>(() => GradientCheck.Check(op, positive));
            return;
        }
        GradientCheck.Check(op, positive);
        if (name is not ("Log" or "Sqrt" or "Rsqrt"))
            GradientCheck.Check(op, mixed);
    }

    [Fact]
    public void Elementwise_NestedFormulaOnBroadcastOperands_HasTheGradientOfItsDifferences()
    {
        Source source = new(3);
        Elementwise op = new(Tanh(In(0) * In(1) + In(2)) / (1.5f + Square(In(0))) - Max(In(1), In(3)) * Exp(In(2)));
        GradientCheck.Check(op, source.Normal(2, 3, 4), source.Normal(4), source.Normal(3, 1), source.Normal());
    }

    [Fact]
    public void Elementwise_ExtentInTheFormula_IsTheBoundSize()
    {
        Source source = new(3);
        ReferenceContext context = new(static name => name == "B" ? 5 : throw new ArgumentException(name), default);
        Elementwise op = new(Square(In(0)) / Extent(Size.Symbol("B")));
        GradientCheck.Check(op, [source.Normal(5)], context, [TensorType.F32(Size.Symbol("B"))]);
    }
}
