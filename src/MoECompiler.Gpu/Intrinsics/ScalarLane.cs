namespace MoECompiler;

/// <summary>
/// One float of a device's thread. The functions of <see cref="Lane"/>, written once for every width of a processor's registers, run on it
/// as they are: their accuracy does not depend on what a driver takes for exp or tanh.
/// </summary>
/// <remarks>ILGPU compiles it away: it is a float in a register.</remarks>
internal readonly unsafe struct ScalarLane(float value) : ILanes<ScalarLane>
{
    public readonly float Value = value;

    public static int Count => 1;

    public static ScalarLane Zero => new(0f);

    public static ScalarLane Of(float value) => new(value);

    public static ScalarLane Load(float* address) => new(*address);

    public void Store(float* address) => *address = Value;

    public static ScalarLane operator +(ScalarLane left, ScalarLane right) => new(left.Value + right.Value);

    public static ScalarLane operator -(ScalarLane left, ScalarLane right) => new(left.Value - right.Value);

    public static ScalarLane operator *(ScalarLane left, ScalarLane right) => new(left.Value * right.Value);

    public static ScalarLane operator /(ScalarLane left, ScalarLane right) => new(left.Value / right.Value);

    public static ScalarLane operator -(ScalarLane value) => new(-value.Value);

    public static ScalarLane FusedMultiplyAdd(ScalarLane left, ScalarLane right, ScalarLane addend) =>
        new(Intrinsics.FusedMultiplyAdd(left.Value, right.Value, addend.Value));

    /// <remarks>Of two zeroes the second.</remarks>
    public static ScalarLane Max(ScalarLane left, ScalarLane right) =>
        new(left.Value > right.Value || GpuMath.IsNaN(left.Value) ? left.Value : right.Value);

    /// <remarks>Of two zeroes the second.</remarks>
    public static ScalarLane Min(ScalarLane left, ScalarLane right) =>
        new(left.Value < right.Value || GpuMath.IsNaN(left.Value) ? left.Value : right.Value);

    public static ScalarLane Sqrt(ScalarLane value) => new(MathF.Sqrt(value.Value));

    public static ScalarLane Abs(ScalarLane value) => new(Interop.IntAsFloat(Interop.FloatAsInt(value.Value) & 0x7FFF_FFFFu));

    public static ScalarLane CopySign(ScalarLane magnitude, ScalarLane sign) => new(Interop.IntAsFloat(
        (Interop.FloatAsInt(magnitude.Value) & 0x7FFF_FFFFu) | (Interop.FloatAsInt(sign.Value) & 0x8000_0000u)));

    /// <remarks>Of numbers below 2^22, which is all that the functions round.</remarks>
    public static ScalarLane Round(ScalarLane value) => new(Intrinsics.Round(value.Value));

    public static ScalarLane PowerOfTwo(ScalarLane exponent) => new(Interop.IntAsFloat((uint)((int)exponent.Value + 127) << 23));

    public static ScalarLane Exponent(ScalarLane value) => new((int)(Interop.FloatAsInt(value.Value) >> 23) - 127);

    public static ScalarLane Mantissa(ScalarLane value) => new(Interop.IntAsFloat((Interop.FloatAsInt(value.Value) & 0x7F_FFFFu) | 0x3F80_0000u));

    public static ScalarLane SelectGreater(ScalarLane left, ScalarLane right, ScalarLane yes, ScalarLane no) =>
        new(left.Value > right.Value ? yes.Value : no.Value);

    public static float SumAcross(ScalarLane value) => value.Value;

    public static float MaxAcross(ScalarLane value) => value.Value;
}
