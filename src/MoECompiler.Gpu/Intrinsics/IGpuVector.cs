namespace MoECompiler;

/// <summary>
/// Numbers side by side that a thread reads, works on and writes at once. A kernel that treats all columns alike is written once over
/// them, and run over four where rows begin on sixteen bytes.
/// </summary>
internal interface IGpuVector<TSelf>
    where TSelf : unmanaged, IGpuVector<TSelf>
{
    static abstract TSelf Of(float value);

    static abstract TSelf operator +(TSelf left, TSelf right);

    static abstract TSelf operator *(TSelf left, float right);

    /// <summary>scale * x + addend, rounded once.</summary>
    static abstract TSelf MultiplyAdd(float scale, TSelf x, TSelf addend);
}

/// <summary>One number.</summary>
internal readonly struct Single1(float x) : IGpuVector<Single1>
{
    private readonly float _x = x;

    public static Single1 Of(float value) => new(value);

    public static Single1 operator +(Single1 left, Single1 right) => new(left._x + right._x);

    public static Single1 operator *(Single1 left, float right) => new(left._x * right);

    public static Single1 MultiplyAdd(float scale, Single1 x, Single1 addend) => new(Intrinsics.FusedMultiplyAdd(scale, x._x, addend._x));
}

/// <summary>Four numbers that lie on sixteen bytes.</summary>
internal readonly struct Single4(float x, float y, float z, float w) : IGpuVector<Single4>
{
    public const int Bytes = 16;

    private readonly float _x = x, _y = y, _z = z, _w = w;

    public float X => _x;

    public float Y => _y;

    public float Z => _z;

    public float W => _w;

    public static Single4 Of(float value) => new(value, value, value, value);

    public static Single4 operator +(Single4 left, Single4 right) => new(left._x + right._x, left._y + right._y, left._z + right._z, left._w + right._w);

    public static Single4 operator *(Single4 left, float right) => new(left._x * right, left._y * right, left._z * right, left._w * right);

    public static Single4 MultiplyAdd(float scale, Single4 x, Single4 addend) => new(
        Intrinsics.FusedMultiplyAdd(scale, x._x, addend._x),
        Intrinsics.FusedMultiplyAdd(scale, x._y, addend._y),
        Intrinsics.FusedMultiplyAdd(scale, x._z, addend._z),
        Intrinsics.FusedMultiplyAdd(scale, x._w, addend._w));

    /// <summary>Whether the rows of both matrices are made of such fours.</summary>
    public static bool Fit(View<float> x, View<float> y) => Fit(x) && Fit(y);

    private static bool Fit(View<float> x) => x.Columns % 4 == 0 && x.Offset % Bytes == 0;
}
