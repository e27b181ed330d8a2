using System.Reflection;
using MoECompiler.Ops;
using Xunit;

namespace MoECompiler.Tests;

public class LaneTests
{
    /// <summary>
    /// Name, worst error in units in the last place, and the magnitude of result below which the error is counted in units of that
    /// magnitude: where a function crosses 0 within a sum, or its exponent is itself rounded, relative error means nothing.
    /// </summary>
    public static TheoryData<string, double, double> Unary => new()
    {
        { "Negate", 0, 0 },
        { "Reciprocal", 0.51, 0 },
        { "Square", 0.51, 0 },
        { "Sqrt", 0.51, 0 },
        { "Rsqrt", 1.5, 0 },
        { "Abs", 0, 0 },
        { "Sign", 0, 0 },
        { "Step", 0, 0 },
        { "Relu", 0, 0 },
        { "Exp", 1.5, 0 },
        { "Log", 1.5, 0 },
        { "Tanh", 2, 0 },
        { "Sigmoid", 2.5, 0 },
        { "Softplus", 2.5, 0 },
        { "Silu", 3, 1e-36 },
        { "SiluDerivative", 3, 0.5 },
        { "Erf", 1.5, 0 },
        { "Gelu", 6, 1e-36 },
        { "GeluDerivative", 4, 0.5 },
        { "GeluTanh", 6, 0.1 },
        { "GeluTanhDerivative", 4, 0.5 },
    };

    [Theory]
    [MemberData(nameof(Unary))]
    public void Lane_AnyArgument_IsNearTheDefinition(string name, double ulps, double floor)
    {
        ScalarFunction function = Function(name);
        float[] x = Arguments();
        float[] y = LaneFunctions.Run(name, 1, x);
        double worst = 0;
        float at = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double expected = function.Evaluate([x[i]]);
            if (double.IsNaN(expected) || double.IsInfinity((float)expected))
            {
                Assert.True(((float)expected).Equals(y[i]), $"{name}({x[i]:R}) is {y[i]:R} instead of {expected:R}");
                continue;
            }
            double error = Math.Abs(y[i] - expected) / UnitInTheLastPlace(Math.Max(Math.Abs(expected), floor));
            if (!(error <= worst))
                (worst, at) = (error, x[i]);
        }
        Assert.True(worst <= ulps, $"{name}({at:R}) is off by {worst:F2} units in the last place");
    }

    [Theory]
    [MemberData(nameof(Unary))]
    public void Lane_AnyWidth_GivesTheSameBits(string name, double ulps, double floor)
    {
        _ = (ulps, floor);
        SameBitsAtEachWidth(name, Arguments());
    }

    [Theory]
    [InlineData("Min")]
    [InlineData("Max")]
    [InlineData("Select")]
    public void Lane_SeveralArguments_AreTheDefinitionAtEachWidth(string name)
    {
        ScalarFunction function = Function(name);
        float[] some = [float.NaN, float.NegativeInfinity, -2.5f, -1e-40f, -0f, 0f, 1e-40f, 3f, float.PositiveInfinity];
        float[][] x = new float[name == "Select" ? 3 : 2][];
        int combinations = (int)Math.Pow(some.Length, x.Length);
        for (int j = 0; j < x.Length; j++)
        {
            x[j] = new float[(combinations + 15) / 16 * 16];
            for (int i = 0; i < x[j].Length; i++)
                x[j][i] = some[i / (int)Math.Pow(some.Length, j) % some.Length];
        }
        float[] y = LaneFunctions.Run(name, 1, x);
        for (int i = 0; i < y.Length; i++)
        {
            float expected = (float)function.Evaluate([.. x.Select(a => (double)a[i])]);
            Assert.True(Bits(expected) == Bits(y[i]), $"{name}({string.Join(", ", x.Select(a => a[i]))}) is {y[i]} instead of {expected}");
        }
        SameBitsAtEachWidth(name, x);
    }

    [Fact]
    public void Lane_EveryScalarFunctionWithoutOperator_HasAMethodOfItsName()
    {
        IEnumerable<ScalarFunction> functions = typeof(ScalarFunction).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(static f => f.GetValue(null)).OfType<ScalarFunction>();
        Assert.Empty(functions.Where(static f => f.Infix is null && typeof(Lane).GetMethod(f.Name) is null).Select(static f => f.Name));
    }

    private static void SameBitsAtEachWidth(string name, params float[][] x)
    {
        float[] one = LaneFunctions.Run(name, 1, x);
        foreach (int width in (int[])[4, 8, 16])
        {
            float[] y = LaneFunctions.Run(name, width, x);
            for (int i = 0; i < y.Length; i++)
                Assert.True(Bits(one[i]) == Bits(y[i]), $"{name}({x[0][i]:R}) is {one[i]:R} on one lane and {y[i]:R} on {width}");
        }
    }

    /// <summary>All NaN are one.</summary>
    private static int Bits(float value) => float.IsNaN(value) ? -1 : BitConverter.SingleToInt32Bits(value);

    /// <summary>Floats of every magnitude, most of them where functions bend.</summary>
    private static float[] Arguments()
    {
        List<float> x = [0f, -0f, float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.Epsilon, -float.Epsilon, float.MaxValue, float.MinValue];
        for (long bits = 0; bits < 1L << 32; bits += 40_009)
            x.Add(BitConverter.Int32BitsToSingle((int)bits));
        for (int i = -110_000; i <= 110_000; i += 7)
            x.Add(i / 1_000f);
        for (int i = -60_000; i <= 60_000; i += 5)
            x.Add(i / 40_000f);
        while (x.Count % 16 != 0)
            x.Add(1f);
        return [.. x];
    }

    private static ScalarFunction Function(string name) => (ScalarFunction)typeof(ScalarFunction).GetField(name)!.GetValue(null)!;

    private static double UnitInTheLastPlace(double magnitude) => Math.Max(Math.ScaleB(1, Math.ILogB(Math.Max(magnitude, 1e-300)) - 23), float.Epsilon);
}
