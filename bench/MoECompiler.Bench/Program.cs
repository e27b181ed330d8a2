using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using MoECompiler;
using MoECompiler.Bench;
using MoECompiler.Bench.Families;

if (args is ["--quick", ..])
{
    using CpuDevice cpu = new(args is [_, "--threads", string threads] ? int.Parse(threads) : 0);
    QuickRun quick = new(cpu);
    quick.PrintMachine();
    Family[] narrow = [new BFloat16RowFamily(), new BFloat16RowsFamily(), new BFloat16ManyRowsFamily(), new HalfRowFamily(), new HalfRowsFamily()];
    Family[] wide = [new GroupedMatMulFamily(), new MatMulFamily(), new RowFamily(), new LargeMoELayerFamily(), new SmallMoELayerFamily(), new TrainingStepFamily()];
    Family[] adapters = [new SeededMixFamily(), new SmallFineTuningFamily(), new LargeFineTuningFamily(), new QuantizedFamily()];
    Family[] library = [new AdapterLibraryFamily()];
    Family[] memory = [new MemoryFamily(), new SmallMemoryFamily()];
    Family[] gate = [new DenseGateFamily()];
    Family[] families = args.ElementAtOrDefault(1) switch
    {
        "--narrow" => narrow,
        "--adapters" => adapters,
        "--library" => library,
        "--memory" => memory,
        "--gate" => gate,
        _ => [.. wide, .. narrow],
    };
    foreach (Family family in families)
        quick.Run(family);
    return;
}

// In this process, so that the limits are measured on the very threads that run the kernels.
IConfig config = DefaultConfig.Instance
    .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance))
    .AddColumn(CaseColumn.Rate, CaseColumn.Share);
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, config);
