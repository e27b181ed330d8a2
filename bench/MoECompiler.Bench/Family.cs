using BenchmarkDotNet.Attributes;

namespace MoECompiler.Bench;

/// <summary>The cases of a family of ops. BenchmarkDotNet runs a derived class case by case; the quick mode runs its cases in turns.</summary>
public abstract class Family
{
    private CpuDevice? _cpu;
    private Action? _run;

    public abstract IEnumerable<Case> Cases { get; }

    /// <summary>What the ratios of the cases' times to the first's say, 1 for the first itself; null for a family whose cases are not compared.</summary>
    public virtual string? Compare(IReadOnlyList<double> ratios) => null;

    [ParamsSource(nameof(Cases))]
    public Case Case { get; set; } = null!;

    [GlobalSetup]
    public void SetUp()
    {
        _cpu = new CpuDevice();
        _run = Case.Prepare(_cpu);
        MeasureLimit();
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        MeasureLimit();
        _cpu!.Dispose();
    }

    [Benchmark]
    public void Run() => _run!();

    private void MeasureLimit()
    {
        Machine machine = new(_cpu!);
        for (int i = 0; i < 20; i++)
            Case.Best = Math.Max(Case.Best, machine.Measure(Case.Work.Limit));
    }

    /// <summary>Numbers from -1 to 1.</summary>
    protected static View<float> Random(CpuDevice cpu, int seed, params ReadOnlySpan<int> extents)
    {
        Random random = new(seed);
        View<float> view = cpu.New<float>(extents);
        foreach (ref float x in view.Span)
            x = 2 * random.NextSingle() - 1;
        return view;
    }
}
