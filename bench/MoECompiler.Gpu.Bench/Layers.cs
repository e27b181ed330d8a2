using MoECompiler.Bench.Families;
using MoECompiler.Cli;
using Spectre.Console;

namespace MoECompiler.Gpu.Bench;

/// <summary>A mixture of experts at several numbers of rows: its time, beside the CPU's, and what a forward pass asks of device and host.</summary>
internal sealed class Layers(GpuDevice gpu, CpuDevice cpu, LimitProbe limits)
{
    private ExpertLayerSizes Sizes => gpu.Traits switch
    {
        { Kind: GpuKind.Simulated } => new() { Width = 16, Inner = 32 },
        { IsProcessor: true } => new() { Width = 512, Inner = 1_024 },
        _ => new() { Width = 2_048, Inner = 1_024, Experts = 64, TopK = 8 },
    };

    /// <summary>Prints a table.</summary>
    /// <returns>What is more than it may be.</returns>
    public IReadOnlyList<string> Run()
    {
        List<string> flaws = [];
        ExpertLayerSizes sizes = Sizes;
        Console.WriteLine($"MoE layer of {sizes.Experts} experts, the {sizes.TopK} best for each row, {sizes.Width:N0} to {sizes.Inner:N0}");
        Table table = new Table().Border(TableBorder.Simple).AddColumn(new TableColumn("rows").RightAligned());
        foreach (string column in (string[])["us", "GFLOP/s", "of the limit", "CPU us", "device / CPU", "launches", "waits", "bytes allocated"])
            table.AddColumn(new TableColumn(column).RightAligned());
        using ExpertLayer model = Model(sizes, gpu), onCpu = Model(sizes, cpu);
        foreach (int rows in gpu.Traits.Kind == GpuKind.Simulated ? (int[])[16, 8, 1] : [512, 64, 8, 1])
        {
            (View<float> x, View<float> y) = (Operands.Random(gpu, 1, rows, sizes.Width), Operands.New(gpu, rows, sizes.Width));
            (View<float> xOfCpu, View<float> yOfCpu) = (Operands.Random(cpu, 1, rows, sizes.Width), Operands.New(cpu, rows, sizes.Width));
            Contender device = new(() => model.Forward(x, y), gpu.Synchronize), cpus = new(() => onCpu.Forward(xOfCpu, yOfCpu), static () => { });
            double[] limit = Rounds.Run(limits.Arithmetic, device, cpus);
            double flops = 2 * 2.0 * rows * sizes.TopK * sizes.Width * sizes.Inner;
            Step step = Step.Count(gpu, () => model.Forward(x, y));
            table.AddRow(
                $"{rows}", $"{device.Median * 1e6:N0}", $"{flops / device.Median / 1e9:N1}", $"{Rounds.Share(device, limit, flops):P0}",
                $"{cpus.Median * 1e6:N0}", $"{Rounds.Ratio(device, cpus):N2}", $"{step.Launches}", $"{step.Waits}", $"{step.Bytes:N0}");
            int most = gpu.IsFew(rows) ? 4 : 6;
            if (step.Launches > most || step.Waits > 0 || step.Bytes > 0)
                flaws.Add($"a layer of {rows} rows takes {step.Launches} launches, {step.Waits} waits and {step.Bytes} bytes, and may take {most}, 0 and 0");
            foreach (View<float> view in (View<float>[])[x, y, xOfCpu, yOfCpu])
                view.Buffer.Dispose();
        }
        AnsiConsole.Write(table);
        return flaws;
    }

    private static ExpertLayer Model(ExpertLayerSizes sizes, Device device)
    {
        ExpertLayer model = new(sizes, device);
        model.Initialize(1);
        return model;
    }

    /// <summary>What one pass asks for, after the first.</summary>
    private readonly record struct Step(long Launches, long Waits, long Bytes)
    {
        public static Step Count(GpuDevice gpu, Action run)
        {
            (long launches, long waits, long bytes) = (gpu.Launches, gpu.Synchronizations, GC.GetAllocatedBytesForCurrentThread());
            run();
            bytes = GC.GetAllocatedBytesForCurrentThread() - bytes;
            return new Step(gpu.Launches - launches, gpu.Synchronizations - waits, bytes);
        }
    }
}
