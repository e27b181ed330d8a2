using System.Runtime.InteropServices;
using MoECompiler.Checkpoints;

namespace MoECompiler;

public abstract partial class Adapter
{
    private const string PeftFileName = "adapter_model.safetensors";
    private const string FingerprintKey = "base_fingerprint";

    /// <summary>
    /// Writes the adapter as Hugging Face's PEFT reads it, for linear weights and for stacked experts: <c>adapter_config.json</c> and
    /// <c>adapter_model.safetensors</c>, under the names that the model's weights have in a checkpoint.
    /// </summary>
    /// <param name="folder">Created if it is not there; files of these names are replaced.</param>
    /// <param name="baseModel">What the config names as the model: a folder, or a name on a hub. Null for none.</param>
    /// <exception cref="NotSupportedException">The adapter is neither of [Lora] nor of [Dora], or changes a convolution, or experts by [Dora].</exception>
    /// <exception cref="CheckpointException">A file cannot be written; what was there is as it was.</exception>
    /// <remarks>Source: PEFT 0.20, <c>LoraConfig</c>, <c>lora.Linear</c> and <c>lora.ParamWrapper</c>.</remarks>
    public void SavePeft(string folder, string? baseModel = null)
    {
        using Lock.Scope inside = Gate.Enter();
        List<PeftModule> modules = PeftModule.Of(this);
        SafetensorsWriter writer = new();
        foreach (PeftTensor factor in modules.SelectMany(static m => m.Factors()))
        {
            writer.Add(
                factor.Name, StoredType.F32, [.. factor.Shape.Select(static extent => (long)extent)],
                stream => stream.Write(MemoryMarshal.AsBytes(factor.ToPeft().AsSpan())));
        }
        writer.SetMetadata("format", "pt");
        writer.SetMetadata(FingerprintKey, Fingerprint);
        byte[] config = PeftConfig.Write(PeftForm.Of(this), modules, baseModel);
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (FileErrors.Has(e))
        {
            throw new CheckpointException(folder, $"the folder cannot be created: {e.Message}", e);
        }
        // The config takes its place last: there is room for it by then, and where the tensors fail it stays the old one.
        AtomicFile.Write(Path.Combine(folder, PeftConfig.FileName), config.Length, stream =>
        {
            stream.Write(config);
            writer.Write(Path.Combine(folder, PeftFileName));
        });
    }

    /// <summary>Reads the factors from a folder that PEFT or <see cref="SavePeft"/> wrote.</summary>
    /// <remarks>Experts may be stacked or modules of their own (<c>experts.3.up</c>). Dropout is of training and is passed over.</remarks>
    /// <exception cref="NotSupportedException">The adapter is neither of [Lora] nor of [Dora], or changes a convolution, or experts by [Dora].</exception>
    /// <exception cref="CheckpointException">The files are of another adapter, or ask for what is not supported; nothing was changed.</exception>
    public void LoadPeft(string folder)
    {
        using Lock.Scope inside = Gate.Enter();
        List<PeftModule> modules = PeftModule.Of(this);
        PeftConfig.Check(Path.Combine(folder, PeftConfig.FileName), PeftForm.Of(this));
        using Checkpoint checkpoint = Checkpoint.Open(Path.Combine(folder, PeftFileName));
        if (checkpoint.Metadata.TryGetValue(FingerprintKey, out string? trainedOn) && trainedOn != Fingerprint)
            throw new CheckpointException(checkpoint.Path, $"the adapter was trained on other weights of {Base.GetType().Name}: there it would do something else.");
        List<(PeftTensor Factor, View<float> Read)> read =
            [.. modules.SelectMany(m => m.FactorsIn(checkpoint)).Select(factor => (factor, Device.New<float>(factor.Shape)))];
        try
        {
            WeightLoader.Load(checkpoint, [.. read.Select(static r => new WeightRequest(r.Factor.Name, r.Factor.Shape, r.Read))]);
            foreach ((PeftTensor factor, View<float> values) in read)
                factor.FromPeft(values.ToArray());
        }
        finally
        {
            foreach ((_, View<float> values) in read)
                values.Buffer.Dispose();
        }
    }
}
