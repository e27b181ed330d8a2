using System.Globalization;
using MoECompiler;

namespace MoECompiler.Experiments;

/// <summary>What storing normal numbers in QLoRA's 4 bits costs and loses, beside sixteen evenly spaced levels.</summary>
internal sealed class FourBits : Experiment
{
    private const int Block = 64;

    public override string Name => "four-bits";

    public override string Claim => "NF4 keeps N(0, 1) better than evenly spaced levels of as many bits (Dettmers et al., QLoRA, 2023; relative RMS errors computed in double precision)";

    public override IEnumerable<Finding> Run(Device device, CancellationToken cancellation)
    {
        using FourBitMatrix model = new(device);
        Random random = new(8);
        float[] numbers = new float[(int)model.Part.Weight.Count];
        for (int i = 0; i < numbers.Length; i++)
            numbers[i] = (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        cancellation.ThrowIfCancellationRequested();
        model.Part.Weight.Stored.CopyFrom(numbers);
        float[] stored = model.Part.Weight.Stored.ToArray();
        double error = Error(numbers, stored), even = Error(numbers, EvenlySpaced(numbers));
        double bits = 8.0 * model.Part.Weight.Quantized.Bytes / numbers.Length;
        return
        [
            new Finding("relative RMS error of NF4, blocks of 64", "0.0920 ± 0.001", Text(error), Math.Abs(error - 0.0920) <= 0.001),
            new Finding("relative RMS error of symmetric INT4, blocks of 64", "0.1074 ± 0.001", Text(even), Math.Abs(even - 0.1074) <= 0.001),
            new Finding("bits a weight, constants in 8 bits", "4.127", bits.ToString("0.0000", CultureInfo.InvariantCulture), Math.Abs(bits - 4.127) <= 0.0005),
            new Finding("levels that are in use", "16", $"{Levels(stored)}", Levels(stored) == 16),
        ];
    }

    private static double Error(float[] numbers, float[] stored) => Math.Sqrt(
        numbers.Zip(stored).Sum(static p => ((double)p.First - p.Second) * ((double)p.First - p.Second)) / numbers.Sum(static x => (double)x * x));

    /// <summary>Seven levels to each side of 0, by the greatest magnitude of a block.</summary>
    private static float[] EvenlySpaced(float[] numbers) => [.. numbers.Chunk(Block).SelectMany(static block =>
    {
        double greatest = block.Max(Math.Abs);
        return block.Select(x => (float)(Math.Round(x / greatest * 7) / 7 * greatest));
    })];

    /// <summary>The different numbers that the first block has, by its greatest magnitude.</summary>
    private static int Levels(float[] stored) => stored.Chunk(Block).SelectMany(static block =>
    {
        float greatest = block.Max(Math.Abs);
        return block.Select(x => (int)Math.Round(1_000 * x / greatest));
    }).Distinct().Count();

    private static string Text(double error) => error.ToString("0.00000", CultureInfo.InvariantCulture);
}

/// <summary>A matrix in 4 bits.</summary>
[Model(Precision = Precision.Nf4)]
public sealed partial class FourBitMatrix
{
    [Linear(1_024, 2_048, Bias = false)]
    public partial Linear Part { get; }

    [Forward]
    public Tensor Forward(Tensor x) => Part.Forward(x);
}
