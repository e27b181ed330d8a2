using ILGPU;
using MoECompiler.Ops;
using Xunit;

namespace MoECompiler.Gpu.Tests.Devices;

/// <summary>The scalar functions are those of the CPU: no driver's exp, and nothing that a compiler makes simpler than it is.</summary>
public class GpuMathTests
{
    /// <summary>Units in the last place that a device's division and root may be off, through what is made of them.</summary>
    private const int Tolerance = 4;

    private static readonly float[] s_special =
    [
        0, -0f, 1, -1, 0.5f, 1.5f, 2.5f, -2.5f, 88.7f, 89, -87, -103, 1e-30f, 1e30f, float.Epsilon, 1e-39f, float.MaxValue, float.MinValue,
        float.PositiveInfinity, float.NegativeInfinity, float.NaN,
    ];

    [Fact]
    public void Functions_AnyNumber_AreThoseOfTheCpu()
    {
        Check<OfExp>();
        Check<OfLog>();
        Check<OfTanh>();
        Check<OfSigmoid>();
        Check<OfSoftplus>();
        Check<OfSiluDerivative>();
        Check<OfErf>();
        Check<OfGelu>();
        Check<OfGeluDerivative>();
        Check<OfGeluTanhDerivative>();
        Check<OfRsqrt>();
        Check<OfReciprocal>();
        Check<OfRelu>();
        Check<OfSign>();
        Check<OfRound>();
    }

    private static void Check<TFormula>() where TFormula : struct, IFormula1
    {
        int count = TestDevice.IsSimulated ? 100 : 5_000;
        Random random = new(1);
        float[] x = [.. s_special, .. Enumerable.Range(0, count).Select(i => (float)((2 * random.NextDouble() - 1) * Math.Pow(10, i % 4 - 2)))];
        GpuDevice gpu = TestDevice.Instance;
        using Buffer buffer = gpu.Allocate(2 * x.Length * sizeof(float));
        View<float> from = buffer.View<float>(new Extents(x.Length)), to = buffer.View<float>(new Extents(x.Length), x.Length * sizeof(float));
        from.CopyFrom(x);
        gpu.Launch(Apply<TFormula>, Work.PerElement(x.Length, gpu.Traits.ElementGroup), gpu.Array(from), gpu.Array(to));
        float[] y = to.ToArray();
        for (int i = 0; i < x.Length; i++)
        {
            float expected = Of(default(TFormula).Apply(Lanes1.Of(x[i])));
            bool isSame = float.IsNaN(expected) ? float.IsNaN(y[i]) : expected == y[i] || Math.Abs((double)y[i] - expected) <= Tolerance * Ulp(expected);
            Assert.True(isSame, $"{typeof(TFormula).Name}: of {x[i]:R} comes {y[i]:R}, not {expected:R}");
        }
    }

    private static void Apply<TFormula>(ArrayView<float> x, ArrayView<float> y) where TFormula : struct, IFormula1
    {
        if (GpuIndex.Element < y.Length)
            y[GpuIndex.Element] = default(TFormula).Apply(new ScalarLane(x[GpuIndex.Element])).Value;
    }

    private static unsafe float Of(Lanes1 lane)
    {
        float value;
        lane.Store(&value);
        return value;
    }

    /// <summary>Of the smallest normal number for those below: a device may take them for 0.</summary>
    private static double Ulp(float x) => float.IsFinite(x) ? Math.ScaleB(1, Math.Max(Math.ILogB(x), -126) - 23) : 0;

    internal readonly struct OfExp : IFormula1
    {
        public V Apply<V>(V a) where V : unmanaged, ILanes<V> => Lane.Exp(a);
    }

    internal readonly struct OfLog : IFormula1
    {
        public V Apply<V>(V a) where V : unmanaged, ILanes<V> => Lane.Log(a);
    }

    internal readonly struct OfTanh : IFormula1
    {
        public V Apply<V>(V a) where V : unmanaged, ILanes<V> => Lane.Tanh(a);
    }

    internal readonly struct OfSigmoid : IFormula1
    {
        public V Apply<V>(V a) where V : unmanaged, ILanes<V> => Lane.Sigmoid(a);
    }

    internal readonly struct OfSoftplus : IFormula1
    {
        public V Apply<V>(V a) where V : unmanaged, ILanes<V> => Lane.Softplus(a);
    }

    internal readonly struct OfSiluDerivative : IFormula1
    {
        public V Apply<V>(V a) where V : unmanaged, ILanes<V> => Lane.SiluDerivative(a);
    }

    internal readonly struct OfErf : IFormula1
    {
        public V Apply<V>(V a) where V : unmanaged, ILanes<V> => Lane.Erf(a);
    }

    internal readonly struct OfGelu : IFormula1
    {
        public V Apply<V>(V a) where V : unmanaged, ILanes<V> => Lane.Gelu(a);
    }

    internal readonly struct OfGeluDerivative : IFormula1
    {
        public V Apply<V>(V a) where V : unmanaged, ILanes<V> => Lane.GeluDerivative(a);
    }

    internal readonly struct OfGeluTanhDerivative : IFormula1
    {
        public V Apply<V>(V a) where V : unmanaged, ILanes<V> => Lane.GeluTanhDerivative(a);
    }

    internal readonly struct OfRsqrt : IFormula1
    {
        public V Apply<V>(V a) where V : unmanaged, ILanes<V> => Lane.Rsqrt(a);
    }

    internal readonly struct OfReciprocal : IFormula1
    {
        public V Apply<V>(V a) where V : unmanaged, ILanes<V> => Lane.Reciprocal(a);
    }

    internal readonly struct OfRelu : IFormula1
    {
        public V Apply<V>(V a) where V : unmanaged, ILanes<V> => Lane.Relu(a);
    }

    internal readonly struct OfSign : IFormula1
    {
        public V Apply<V>(V a) where V : unmanaged, ILanes<V> => Lane.Sign(a);
    }

    /// <summary>The distance to the nearest integer, less constants: these must not be joined over the rounding.</summary>
    internal readonly struct OfRound : IFormula1
    {
        public V Apply<V>(V a) where V : unmanaged, ILanes<V>
        {
            V small = V.Min(V.Max(a, V.Of(-1_000_000f)), V.Of(1_000_000f));
            return V.Abs(V.Round(small) - V.Of(1.5f)) - V.Of(2.5f);
        }
    }
}
