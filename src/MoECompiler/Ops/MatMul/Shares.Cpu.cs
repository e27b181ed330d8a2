namespace MoECompiler.Ops;

/// <summary>Cuts work on rows, all of them alike, into tasks.</summary>
internal static class Shares
{
    /// <summary>How many floats a task should at least touch to be worth a hand-over: some 2 microseconds.</summary>
    private const long LeastFloats = 16_384;

    /// <summary>Into how many tasks to cut work on so many items that touches so many floats in all.</summary>
    public static int Tasks(CpuDevice cpu, long floats, int items) =>
        (int)Math.Clamp(Math.Min(floats / LeastFloats, 4L * cpu.Team.Threads), Math.Min(1, items), items);

    /// <summary>The items of a task: about as many for each.</summary>
    public static (int From, int To) Of(int task, int tasks, int items) =>
        ((int)((long)items * task / tasks), (int)((long)items * (task + 1) / tasks));
}
