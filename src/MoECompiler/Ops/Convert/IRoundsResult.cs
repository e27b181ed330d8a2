namespace MoECompiler.Ops;

/// <summary>An op of one result that it can store in 16 bits: what it computed is rounded to nearest as it leaves the registers.</summary>
public interface IRoundsResult
{
    /// <summary>What the result is stored in; F32 until a <see cref="Convert"/> was fused in.</summary>
    DType Result { get; }

    Op WithResult(DType result);
}

internal static class RoundedResult
{
    public static string WithResult(this IRoundsResult op, string arguments) => op.Result == DType.F32 ? arguments : $"{arguments}, Result: DType.{op.Result}";
}
