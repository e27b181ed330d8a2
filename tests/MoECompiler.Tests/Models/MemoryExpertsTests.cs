using CsCheck;
using Xunit;

namespace MoECompiler.Tests.Models;

/// <summary>The experts of a memory are found by the keys of its grid's rows and columns, not by those of all experts.</summary>
public class MemoryExpertsTests
{
    /// <summary>
    /// The result is that of the experts with the best sums among all of the grid, each pair scored: the best of a sum lie among the best of its parts.
    /// </summary>
    [Fact]
    public void Forward_AnyKeys_AsksTheBestOfAllPairs() => Gen.Select(Gen.Int[3, 12], Gen.Int[3, 12], Gen.Int[1, 6], Gen.ULong).Sample(
        static (rows, columns, tokens, seed) =>
        {
            const int width = MemoryOnly.Width, key = MemoryOnly.KeyWidth, count = MemoryOnly.TopK;
            using CpuDevice cpu = new(1);
            using MemoryOnly model = new(new MemoryOnlySizes { Rows = rows, Columns = columns }, cpu);
            model.Initialize(seed);
            float[] outputs = [.. Enumerable.Range(0, rows * columns * width).Select(i => (float)Math.Sin(i * 1.7 + seed % 100))];
            model.Memory.Up.Value.CopyFrom(outputs);
            float[] x = [.. Enumerable.Range(0, tokens * width).Select(i => (float)Math.Cos(i * 2.3 + seed % 1_000))];
            View<float> input = cpu.New<float>(tokens, width), found = cpu.New<float>(tokens, width);
            input.CopyFrom(x);
            model.Forward(input, found);

            float[] down = model.Memory.Down.Value.ToArray();
            for (int t = 0; t < tokens; t++)
            {
                double[] own = [.. x.Skip(t * width).Take(width)];
                double[] ofRows = Scores(model.Memory.RowQuery, model.Memory.RowKeys, own), ofColumns = Scores(model.Memory.ColumnQuery, model.Memory.ColumnKeys, own);
                (double Score, int Expert)[] all =
                    [.. Enumerable.Range(0, rows * columns).Select(e => (ofRows[e / columns] + ofColumns[e % columns], e)).OrderByDescending(static pair => pair.Item1)];
                // Two that are as good as equal may change places.
                if (all.Length > count && all[count - 1].Score - all[count].Score < 1e-5)
                    continue;
                double sum = all.Take(count).Sum(pair => Math.Exp(pair.Score - all[0].Score));
                for (int i = 0; i < width; i++)
                {
                    double expected = all.Take(count).Sum(pair =>
                        Math.Exp(pair.Score - all[0].Score) / sum * outputs[pair.Expert * width + i] * own.Select((number, j) => number * down[pair.Expert * width + j]).Sum());
                    Assert.Equal(expected, found.Span[t * width + i], 1e-5);
                }
            }

            static double[] Scores(Parameter query, Parameter keys, double[] x)
            {
                float[] matrix = query.Value.ToArray(), table = keys.Value.ToArray();
                double[] asked = [.. Enumerable.Range(0, key).Select(k => x.Select((number, j) => number * matrix[k * width + j]).Sum())];
                return [.. Enumerable.Range(0, table.Length / key).Select(row => asked.Select((number, k) => number * table[row * key + k]).Sum())];
            }
        },
        iter: 200);
}

/// <summary>A memory alone.</summary>
[Model]
public sealed partial class MemoryOnly
{
    [Size] public const int Width = 5, Rows = 4, Columns = 6, TopK = 3;

    public const int KeyWidth = 4;

    [MemoryExperts(Width, Width, Rows, Columns, TopK, KeyWidth = KeyWidth)]
    public partial MemoryExperts Memory { get; }

    [Forward]
    public Tensor Forward(Tensor x) => Memory.Forward(x);
}
