namespace MoECompiler.Bench;

/// <summary>What a run gets done, and the limit of the machine that it is measured by.</summary>
/// <param name="Amount">Floating-point operations, or bytes read and written.</param>
/// <param name="Limit">What bounds it.</param>
public readonly record struct Work(double Amount, Limit Limit)
{
    /// <summary>A fused multiply-add is two.</summary>
    public static Work Flops(double amount) => new(amount, Limit.Arithmetic);

    /// <summary>Each operand read once, each result written once.</summary>
    public static Work Bytes(double amount) => new(amount, Limit.Memory);

    /// <summary>The rate at a time, such as <c>312 GFLOP/s</c>.</summary>
    public string Rate(double seconds) => $"{Amount / seconds / 1e9:F1} {(Limit == Limit.Arithmetic ? "GFLOP/s" : "GB/s")}";
}

public enum Limit
{
    /// <summary>Fused multiply-adds on registers.</summary>
    Arithmetic,

    /// <summary>Copying memory.</summary>
    Memory,
}
