namespace MoECompiler.Bench;

/// <summary>One row of a table.</summary>
/// <param name="name">What is run, with its sizes.</param>
/// <param name="work">What a run gets done.</param>
/// <param name="prepare">Makes the operands and returns the run.</param>
public sealed class Case(string name, Work work, Func<CpuDevice, Action> prepare)
{
    public Work Work => work;

    /// <summary>The most that the machine did while this case was measured; 0 before.</summary>
    public double Best { get; set; }

    public Action Prepare(CpuDevice cpu) => prepare(cpu);

    public override string ToString() => name;
}
