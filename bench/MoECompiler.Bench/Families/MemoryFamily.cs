using MoECompiler.Data;
using MoECompiler.Training;

namespace MoECompiler.Bench.Families;

/// <summary>
/// Whole training steps of a memory, forward, backward and AdamW, with ever more experts. What a step costs should not depend on how many there are,
/// but it does on how many different ones it asks, and among few experts the same are asked more often: so that is counted.
/// </summary>
public class MemoryFamily : Family
{
    private const int Classes = 64, Batches = 64;

    private readonly SortedDictionary<int, double> _asked = [];

    /// <summary>The rows of a step.</summary>
    protected virtual int Rows => 128;

    public override IEnumerable<Case> Cases => [Step(32, 32), Step(100, 100), Step(250, 400)];

    public override string Compare(IReadOnlyList<double> ratios)
    {
        double[] asked = [.. _asked.Values];
        return $"10,000 experts take {ratios[1]:F2} times as long as 1,024, and 100,000 {ratios[2]:F2} times, {ratios[2] / ratios[1]:F2} times as long as 10,000; " +
            $"of {Rows * Memorizing.TopK:N0} asked {string.Join(", ", asked.Select(static count => $"{count:N0}"))} are different, " +
            $"whose weights and state take {asked[1] / asked[0]:F2} and {asked[2] / asked[0]:F2} times the bytes";
    }

    private Case Step(int rows, int columns) => new(
        $"A step of {rows * columns:N0} experts, {Rows} rows", Work.Flops(6.0 * Rows * (Memorizing.TopK * Memorizing.Rank * 2 * Memorizing.Width + 32 * (2 * Memorizing.Width + rows + columns))), cpu =>
        {
            Memorizing model = new(new MemorizingSizes { Rows = rows, Columns = columns }, cpu);
            model.Initialize(1);
            OptimizerState optimizer = new(new AdamW { LearningRate = 1e-4 }, model);
            View<int> labels = cpu.New<int>(Rows);
            for (int row = 0; row < Rows; row++)
                labels.Span[row] = row % Classes;
            // Batches in turns, so that a step finds its experts where a training does: in memory, not in a cache, unless that holds them all.
            Batch[] batches = [.. Enumerable.Range(0, Batches).Select(seed =>
            {
                Batch batch = new();
                batch.Set("x", Random(cpu, seed, Rows, Memorizing.Width));
                batch.Set("labels", labels);
                return batch;
            })];
            View<float> metrics = cpu.New<float>(model.Metrics.Sum(static m => m.Count));
            _asked[rows * columns] = batches.Average(batch =>
            {
                model.Backward(batch, new RandomState(1, 0), metrics);
                return model.Memory.Down.RowGradient.Rows.ToArray().Count(static row => row >= 0);
            });
            return () =>
            {
                model.Backward(batches[optimizer.Step % batches.Length], new RandomState(1, optimizer.Step), metrics);
                optimizer.Update(1e-4);
            };
        });
}

/// <summary>The same with so few rows that nearly all experts that a step asks are different ones, however many there are.</summary>
public class SmallMemoryFamily : MemoryFamily
{
    protected override int Rows => 8;
}

/// <summary>A memory alone, as wide as a small language model.</summary>
[Model]
public sealed partial class Memorizing
{
    [Size] public const int Width = 512, Rows = 250, Columns = 400, TopK = 32;

    public const int Rank = 1;

    [MemoryExperts(Width, Width, Rows, Columns, TopK, Rank = 1)]
    public partial MemoryExperts Memory { get; }

    [Forward]
    public Tensor Forward(Tensor x) => x + Memory.Forward(x);

    [Loss]
    public Tensor Loss(Tensor y, Tensor labels) => y.CrossEntropy(labels).Mean();
}
