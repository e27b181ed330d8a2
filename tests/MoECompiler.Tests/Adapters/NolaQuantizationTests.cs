using MoECompiler.Checkpoints;
using MoECompiler.Tests.Models;
using MoECompiler.Tests.Support;
using Xunit;

namespace MoECompiler.Tests.Adapters;

/// <summary>Coefficients of NOLA in a few bits: how large files are, how near what comes back is, and what is refused.</summary>
public sealed class NolaQuantizationTests : IDisposable
{
    private readonly CpuDevice _device = new(1);
    private readonly TemporaryFolder _folder = new();
    private readonly RoutedModel _model;

    public NolaQuantizationTests() => _model = AdapterChecks.New(new RoutedModel(_device));

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
        _device.Dispose();
    }

    private string File => _folder.File("adapter.safetensors");

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(16)]
    public void SaveQuantized_EachCoefficient_ComesBackWithinHalfAStepOfItsMatrix(int bits)
    {
        using RoutedNola adapter = new(_model), loaded = new(_model);
        AdapterChecks.Trained(adapter, 1);
        NolaFactors.SaveQuantized(adapter, File, bits);
        NolaFactors.LoadQuantized(loaded, File);
        foreach ((Parameter was, Parameter now) in adapter.Parameters.Zip(loaded.Parameters))
        {
            foreach ((float[] before, float[] after) in was.Value.ToArray().Chunk(was.Extents.Columns).Zip(now.Value.ToArray().Chunk(was.Extents.Columns)))
            {
                float half = before.Max(MathF.Abs) / ((1 << (bits - 1)) - 1) / 2;
                Assert.All(before.Zip(after), pair => Assert.True(MathF.Abs(pair.First - pair.Second) <= half * 1.00001f, $"{pair}, {half}"));
                Assert.Contains(before.Zip(after), static pair => pair.First != pair.Second);
            }
        }
        // What was rounded once is rounded to itself.
        NolaFactors.SaveQuantized(loaded, _folder.File("again"), bits);
        Assert.Equal(System.IO.File.ReadAllBytes(File), System.IO.File.ReadAllBytes(_folder.File("again")));
    }

    /// <summary>
    /// LLaMA-2 70B with 512 + 512 coefficients for each of 7 matrices in 80 layers: the bytes of 10,000 such adapters are the 5.7 GB that the
    /// paper states. Source: Koohpayegani et al., NOLA, ICLR 2024.
    /// </summary>
    [Theory]
    [InlineData(8, 573_440)]
    [InlineData(4, 286_720)]
    [InlineData(3, 215_040)]
    [InlineData(16, 1_146_880)]
    public void Quantized_CoefficientsOfLlama70B_HaveTheirBytes(int bits, int expected)
    {
        (byte[] codes, float[] scales) = QuantizedCoefficients.Of(new float[80 * 7 * 2 * 512], 512, bits);
        Assert.Equal(expected, codes.Length);
        Assert.Equal(80 * 7 * 2, scales.Length);
    }

    /// <summary>The header, the coefficients and the scales; what they multiply is the seed's.</summary>
    [Fact]
    public void SaveQuantized_File_IsTheHeaderCodesAndScales()
    {
        using RoutedNola adapter = new(_model);
        NolaFactors.SaveQuantized(adapter, File, bits: 4);
        byte[] bytes = System.IO.File.ReadAllBytes(File);
        long header = 8 + BitConverter.ToInt64(bytes);
        long codes = adapter.Parameters.Sum(static p => (p.Count * 4 + 7) / 8), scales = adapter.Parameters.Sum(static p => 4 * p.Extents.Rows);
        Assert.Equal(header + codes + scales, bytes.Length);
    }

    [Fact]
    public void LoadQuantized_FilesOfOthers_AreRefusedByName()
    {
        using RoutedNola adapter = new(_model);
        using RoutedAdapter lora = new(_model);
        adapter.Save(File);
        Assert.Contains("its coefficients are not quantized", Assert.Throws<CheckpointException>(() => NolaFactors.LoadQuantized(adapter, File)).Message, StringComparison.Ordinal);
        lora.Save(File);
        Assert.Contains("is of another kind of adapter", Assert.Throws<CheckpointException>(() => NolaFactors.LoadQuantized(adapter, File)).Message, StringComparison.Ordinal);
        Assert.Contains("not of [Nola]", Assert.Throws<ArgumentException>(() => NolaFactors.SaveQuantized(lora, File)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => NolaFactors.SaveQuantized(adapter, File, bits: 5));
        NolaFactors.SaveQuantized(adapter, File);
        Assert.Throws<CheckpointException>(() => adapter.LoadWeights(File));
        adapter.Parameters[0].Value.Span[0] = float.NaN;
        Assert.Contains("not finite", Assert.Throws<InvalidOperationException>(() => NolaFactors.SaveQuantized(adapter, File)).Message, StringComparison.Ordinal);
    }
}
