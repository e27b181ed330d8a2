using System.Globalization;
using MoECompiler.Checkpoints;
using MoECompiler.Tests.Adapters;
using MoECompiler.Tests.Support;
using Xunit;

namespace MoECompiler.Tests.Quantization;

/// <summary>Matrices in 4 bits in files: from floats as they are read, and as they are.</summary>
public sealed class QuantizedFileTests : IDisposable
{
    private readonly CpuDevice _device = new(1);
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
        _device.Dispose();
    }

    [Theory]
    [InlineData(StoredType.F32)]
    [InlineData(StoredType.BF16)]
    [InlineData(StoredType.F16)]
    public void Load_OfFloats_QuantizesThem(StoredType type)
    {
        using FullMixture full = AdapterChecks.New(new FullMixture(_device));
        SafetensorsWriter writer = new();
        foreach (Parameter parameter in full.Parameters)
            writer.Add(parameter.CheckpointName, parameter.Value, type);
        writer.Write(_folder.File("full"));
        full.LoadWeights(_folder.File("full"));
        using SmallMixture small = SmallMixture.Load(_folder.File("full"), _device);
        foreach ((Parameter wide, Parameter narrow) in full.Parameters.Zip(small.Parameters))
        {
            float[] stored = narrow.Stored.ToArray();
            if (narrow.ElementType == ElementType.Nf4)
                narrow.Stored.CopyFrom(wide.Value.ToArray());
            Assert.Equal(narrow.ElementType == ElementType.Nf4 ? narrow.Stored.ToArray() : wide.Value.ToArray(), stored);
        }
    }

    [Fact]
    public void Save_WritesWhatIsStored_AndLoadHasItsBits()
    {
        using QuantizedModel model = AdapterChecks.New(new QuantizedModel(_device)), loaded = new(_device);
        model.Save(_folder.File("small"));
        using (SafetensorsFile file = SafetensorsFile.Open(_folder.File("small")))
        {
            Assert.Equal("U8 [67, 8]", file.Find("Stem.weight.nf4_codes")!.Description);
            Assert.Equal("U8 [67, 1]", file.Find("Stem.weight.nf4_constants")!.Description);
            Assert.Equal("F32 [1]", file.Find("Stem.weight.nf4_scales")!.Description);
            Assert.Equal("F32 []", file.Find("Stem.weight.nf4_mean")!.Description);
            Assert.Equal("U8 [3, 8, 36]", file.Find("Blocks.1.Mlp.experts.up.weight.nf4_codes")!.Description);
            Assert.Null(file.Find("Stem.weight"));
        }
        loaded.LoadWeights(_folder.File("small"));
        Assert.Equal(model.Parameters.SelectMany(static p => p.Stored.ToArray()), loaded.Parameters.SelectMany(static p => p.Stored.ToArray()));
        loaded.Save(_folder.File("again"));
        Assert.Equal(File.ReadAllBytes(_folder.File("small")), File.ReadAllBytes(_folder.File("again")));
    }

    [Fact]
    public void Load_OfWhatDoesNotFit_NamesItAndChangesNothing()
    {
        using QuantizedModel model = AdapterChecks.New(new QuantizedModel(_device));
        model.Save(_folder.File("small"));
        float[] before = [.. model.Parameters.SelectMany(static p => p.Stored.ToArray())];
        Refused("\"Stem.weight.nf4_codes\": expected U8 [67, 8], found U8 [67, 4]", tensor => tensor == "Stem.weight.nf4_codes" ? [67, 4] : null);
        Refused("\"Head.weight.nf4_mean\": expected F32 [], found F32 [2]", tensor => tensor == "Head.weight.nf4_mean" ? [2] : null);
        Refused("\"Head.weight.nf4_scales\": missing, expected F32 [1]", tensor => tensor == "Head.weight.nf4_scales" ? [] : null);
        Refused("\"Head.weight\": missing, expected [5, 67]", tensor => tensor.StartsWith("Head.weight.nf4", StringComparison.Ordinal) ? [] : null);

        byte[] bytes = File.ReadAllBytes(_folder.File("small"));
        File.WriteAllBytes(_folder.File("short"), bytes[..^1]);
        Assert.Throws<CheckpointException>(() => model.LoadWeights(_folder.File("short")));

        void Refused(string problem, Func<string, long[]?> change)
        {
            SafetensorsWriter writer = new();
            using (SafetensorsFile file = SafetensorsFile.Open(_folder.File("small")))
            {
                foreach (TensorEntry tensor in file.Tensors)
                {
                    long[]? shape = change(tensor.Name);
                    if (shape is { Length: 0 })
                        continue;
                    shape ??= [.. tensor.Shape];
                    writer.Add(tensor.Name, tensor.Type, shape, stream => stream.Write(new byte[shape.Aggregate(tensor.Type == StoredType.U8 ? 1L : 4L, static (a, b) => a * b)]));
                }
                writer.Write(_folder.File("changed"));
            }
            CheckpointException error = Assert.Throws<CheckpointException>(() => model.LoadWeights(_folder.File("changed")));
            Assert.Contains(problem, error.Message, StringComparison.Ordinal);
            Assert.Equal(before, model.Parameters.SelectMany(static p => p.Stored.ToArray()));
        }
    }

    [Fact]
    public void Load_OfNumbersWithoutACode_NamesThemAndChangesNothing()
    {
        using FullMixture full = AdapterChecks.New(new FullMixture(_device));
        using SmallMixture small = AdapterChecks.New(new SmallMixture(_device));
        full.Body.Head.Weight.Value.Span[130] = float.NaN;
        full.Body.Experts.Up.Value.Span[7] = float.NegativeInfinity;
        full.Save(_folder.File("full"));
        float[] before = [.. small.Parameters.SelectMany(static p => p.Stored.ToArray())];
        CheckpointException error = Assert.Throws<CheckpointException>(() => small.LoadWeights(_folder.File("full")));
        Assert.Contains("\"Body.Head.weight\": NaN, its element 130, has no code in nf4", error.Message, StringComparison.Ordinal);
        Assert.Contains($"{float.NegativeInfinity.ToString(CultureInfo.CurrentCulture)}, its element 7, has no code in nf4", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, small.Parameters.SelectMany(static p => p.Stored.ToArray()));
    }

    [Fact]
    public void Adapter_OfOtherWeightsIn4Bits_IsRefused()
    {
        using QuantizedModel model = AdapterChecks.New(new QuantizedModel(_device));
        using QuantizedLora adapter = new(model);
        adapter.Save(_folder.File("adapter"));
        using (QuantizedLora.Load(_folder.File("adapter"), model))
        {
        }
        model.Save(_folder.File("small"));
        using QuantizedModel same = QuantizedModel.Load(_folder.File("small"), _device);
        using (QuantizedLora.Load(_folder.File("adapter"), same))
        {
        }
        model.Initialize(5);
        Assert.Contains(
            "was trained on other weights of QuantizedModel", Assert.Throws<CheckpointException>(() => QuantizedLora.Load(_folder.File("adapter"), model)).Message, StringComparison.Ordinal);
    }
}
