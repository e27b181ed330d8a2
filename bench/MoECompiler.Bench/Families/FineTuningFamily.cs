using MoECompiler.Data;
using MoECompiler.Training;

namespace MoECompiler.Bench.Families;

/// <summary>
/// Whole training steps of adapters of <see cref="FineTuned"/>, forward, backward and AdamW: what random matrices in place of trained ones cost.
/// The goal is 1.1 times LoRA's time at 512 rows where all matrices of a shape have one basis; fewer rows leave less else to do.
/// </summary>
public abstract class FineTuningFamily(int rows) : Family
{
    private readonly double _flops = 2 * 2.0 * rows * FineTuned.Depth * (4 * FineTuned.Width * FineTuned.Width + 2 * FineTuned.TopK * FineTuned.Width * FineTuned.Inner);

    public override IEnumerable<Case> Cases =>
    [
        Step("LoRA", static model => new FineTunedByLora(model)),
        Step("NOLA, a basis a shape", static model => new FineTunedByNola(model)),
        Step("NOLA, a basis a matrix", static model => new FineTunedByOwnBases(model)),
    ];

    public override string Compare(IReadOnlyList<double> ratios) => $"NOLA takes {ratios[1]:F2} times as long as LoRA, {ratios[2]:F2} where each matrix has its own basis";

    private Case Step<TAdapter>(string name, Func<FineTuned, TAdapter> create) where TAdapter : Adapter, ITrainable =>
        new($"A step of {name}, {rows} rows", Work.Flops(_flops), cpu =>
        {
            FineTuned model = new(cpu);
            model.Initialize(1);
            TAdapter adapter = create(model);
            OptimizerState optimizer = new(new AdamW { LearningRate = 1e-4 }, adapter);
            View<int> labels = cpu.New<int>(rows);
            for (int row = 0; row < rows; row++)
                labels.Span[row] = row % FineTuned.Classes;
            Batch batch = new();
            batch.Set("features", Random(cpu, 1, rows, FineTuned.Width));
            batch.Set("labels", labels);
            View<float> metrics = cpu.New<float>(adapter.Metrics.Sum(static m => m.Count));
            return () =>
            {
                adapter.Backward(batch, new RandomState(1, optimizer.Step), metrics);
                optimizer.Update(1e-4);
            };
        });
}

public class SmallFineTuningFamily() : FineTuningFamily(rows: 128);

public class LargeFineTuningFamily() : FineTuningFamily(rows: 512);
