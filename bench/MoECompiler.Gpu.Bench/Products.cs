using MoECompiler.Cli;
using Spectre.Console;

namespace MoECompiler.Gpu.Bench;

/// <summary>The emitted product beside a naive kernel of the same product on the same device, and beside the CPU's.</summary>
internal sealed class Products(GpuDevice gpu, CpuDevice cpu, LimitProbe limits)
{
    /// <summary>The least by which an emitted product has to be faster than the naive kernel.</summary>
    private const double LeastRatio = 2;

    private readonly record struct Size(int Rows, int Columns, int Depth)
    {
        public double Flops => 2.0 * Rows * Columns * Depth;

        public override string ToString() => $"{Rows:N0} x {Columns:N0}, depth {Depth:N0}";
    }

    private IEnumerable<Size> Sizes => gpu.Traits switch
    {
        { Kind: GpuKind.Simulated } => [new(8, 16, 32)],
        { IsProcessor: true } => [new(512, 2_048, 1_024), new(512, 512, 512), new(64, 256, 784)],
        _ => [new(4_096, 4_096, 4_096), new(2_048, 2_048, 1_024), new(512, 2_048, 1_024), new(64, 256, 784)],
    };

    /// <summary>Prints a table.</summary>
    /// <returns>What is slower than it has to be.</returns>
    public IReadOnlyList<string> Run()
    {
        List<string> flaws = [];
        Table table = new Table().Border(TableBorder.Simple).AddColumn("product");
        foreach (string column in (string[])["emitted us", "GFLOP/s", "of the limit", "naive us", "emitted / naive", "CPU us", "emitted / CPU"])
            table.AddColumn(new TableColumn(column).RightAligned());
        foreach (Size size in Sizes)
        {
            using ProductLayer model = Model(size, gpu), onCpu = Model(size, cpu);
            (View<float> x, View<float> y) = (Operands.Random(gpu, 1, size.Rows, size.Depth), Operands.New(gpu, size.Rows, size.Columns));
            (View<float> xOfCpu, View<float> yOfCpu) = (Operands.Random(cpu, 1, size.Rows, size.Depth), Operands.New(cpu, size.Rows, size.Columns));
            Contender emitted = new(() => model.Forward(x, y), gpu.Synchronize);
            Contender naive = new(() => NaiveProduct.Run(gpu, x, model.Weights.Weight.Value, y), gpu.Synchronize);
            Contender cpus = new(() => onCpu.Forward(xOfCpu, yOfCpu), static () => { });
            double[] limit = Rounds.Run(limits.Arithmetic, emitted, naive, cpus);
            double ratio = Rounds.Ratio(emitted, naive);
            table.AddRow(
                $"{size}", $"{emitted.Median * 1e6:N0}", $"{size.Flops / emitted.Median / 1e9:N1}", $"{Rounds.Share(emitted, limit, size.Flops):P0}",
                $"{naive.Median * 1e6:N0}", $"{ratio:N2}", $"{cpus.Median * 1e6:N0}", $"{Rounds.Ratio(emitted, cpus):N2}");
            if (ratio < LeastRatio)
                flaws.Add($"the product {size} is {ratio:N2} times as fast as the naive kernel, and has to be {LeastRatio:N0} times");
            foreach (View<float> view in (View<float>[])[x, y, xOfCpu, yOfCpu])
                view.Buffer.Dispose();
        }
        AnsiConsole.Write(table);
        return flaws;
    }

    private static ProductLayer Model(Size size, Device device)
    {
        ProductLayer model = new(new ProductLayerSizes { Depth = size.Depth, Columns = size.Columns }, device);
        model.Initialize(1);
        return model;
    }
}
