using MoECompiler.Ops;

namespace MoECompiler;

/// <summary>The scalar functions in a kernel: one method for each <see cref="ScalarFunction"/>, by its name; see <see cref="Lane"/>.</summary>
public static class GpuMath
{
    /// <summary>By its bits: no compiler takes it for always false.</summary>
    public static bool IsNaN(float x) => (Interop.FloatAsInt(x) & 0x7FFF_FFFFu) > 0x7F80_0000u;

    public static float Negate(float x) => Lane.Negate(new ScalarLane(x)).Value;

    public static float Reciprocal(float x) => Lane.Reciprocal(new ScalarLane(x)).Value;

    public static float Square(float x) => Lane.Square(new ScalarLane(x)).Value;

    public static float Sqrt(float x) => Lane.Sqrt(new ScalarLane(x)).Value;

    public static float Rsqrt(float x) => Lane.Rsqrt(new ScalarLane(x)).Value;

    public static float Abs(float x) => Lane.Abs(new ScalarLane(x)).Value;

    public static float Sign(float x) => Lane.Sign(new ScalarLane(x)).Value;

    public static float Step(float x) => Lane.Step(new ScalarLane(x)).Value;

    public static float Exp(float x) => Lane.Exp(new ScalarLane(x)).Value;

    public static float Log(float x) => Lane.Log(new ScalarLane(x)).Value;

    public static float Tanh(float x) => Lane.Tanh(new ScalarLane(x)).Value;

    public static float Sigmoid(float x) => Lane.Sigmoid(new ScalarLane(x)).Value;

    public static float Softplus(float x) => Lane.Softplus(new ScalarLane(x)).Value;

    public static float Relu(float x) => Lane.Relu(new ScalarLane(x)).Value;

    public static float Silu(float x) => Lane.Silu(new ScalarLane(x)).Value;

    public static float SiluDerivative(float x) => Lane.SiluDerivative(new ScalarLane(x)).Value;

    public static float Erf(float x) => Lane.Erf(new ScalarLane(x)).Value;

    public static float Gelu(float x) => Lane.Gelu(new ScalarLane(x)).Value;

    public static float GeluDerivative(float x) => Lane.GeluDerivative(new ScalarLane(x)).Value;

    public static float GeluTanh(float x) => Lane.GeluTanh(new ScalarLane(x)).Value;

    public static float GeluTanhDerivative(float x) => Lane.GeluTanhDerivative(new ScalarLane(x)).Value;

    public static float Min(float x, float y) => Lane.Min(new ScalarLane(x), new ScalarLane(y)).Value;

    public static float Max(float x, float y) => Lane.Max(new ScalarLane(x), new ScalarLane(y)).Value;

    public static float Select(float condition, float x, float y) => Lane.Select(new ScalarLane(condition), new ScalarLane(x), new ScalarLane(y)).Value;
}
