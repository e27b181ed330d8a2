using System.Text.Json;
using MoECompiler.Checkpoints;

namespace MoECompiler;

/// <summary>PEFT's <c>adapter_config.json</c>.</summary>
internal static class PeftConfig
{
    public const string FileName = "adapter_config.json";

    /// <summary>Options under which an adapter computes something else than W + scale * B A, or has more than the two factors.</summary>
    private static readonly string[] s_unsupported =
    [
        "lora_bias", "rank_pattern", "alpha_pattern", "modules_to_save", "layer_replication", "trainable_token_indices",
        "alora_invocation_tokens", "use_qalora", "use_bdlora", "arrow_config", "kasa_config", "velora_config", "monteclora_config",
    ];

    /// <summary>Ways of starting that change the model's weights too, which the adapter's file does not tell.</summary>
    private static readonly string[] s_changingStarts = ["pissa", "olora", "corda", "loftq", "lora_ga"];

    /// <summary>The config of an adapter.</summary>
    /// <param name="form">Its rank and its scale.</param>
    /// <param name="modules">What it changes.</param>
    /// <param name="baseModel">Where PEFT finds the model; null for not told.</param>
    public static byte[] Write(PeftForm form, IReadOnlyList<PeftModule> modules, string? baseModel)
    {
        using MemoryStream text = new();
        using (Utf8JsonWriter json = new(text, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("base_model_name_or_path", baseModel);
            json.WriteString("bias", "none");
            json.WriteBoolean("fan_in_fan_out", false);
            json.WriteBoolean("inference_mode", true);
            json.WriteBoolean("init_lora_weights", true);
            json.WriteNumber("lora_alpha", Alpha(form));
            json.WriteNumber("lora_dropout", 0);
            json.WriteString("peft_type", "LORA");
            json.WriteNumber("r", form.Rank);
            WriteNames(json, "target_modules", modules.Where(static m => m.IsLinear));
            WriteNames(json, "target_parameters", modules.Where(static m => !m.IsLinear));
            json.WriteNull("task_type");
            json.WriteBoolean("use_dora", form.IsDora);
            json.WriteBoolean("use_rslora", form.IsRankStabilized);
            json.WriteEndObject();
        }
        text.WriteByte((byte)'\n');
        return text.ToArray();
    }

    /// <exception cref="CheckpointException">The file is of another kind of adapter, rank or scale, or asks for what is not supported.</exception>
    public static void Check(string path, PeftForm form)
    {
        (int rank, float scale) = (form.Rank, form.Scale);
        ModelConfig config = ModelConfig.Open(path);
        if (config.Text("peft_type") is var type && type != "LORA")
            throw new CheckpointException(path, $"expected peft_type LORA, found {Wording.Quote(type)}.");
        bool isDora = !config.IsEmpty("use_dora") && config.Bool("use_dora");
        if (isDora != form.IsDora)
            throw new CheckpointException(path, $"\"use_dora\" is {(isDora ? "set: the adapter is one of [Dora], not of [Lora]" : "not set: the adapter is one of [Lora], not of [Dora]")}.");
        foreach (string key in s_unsupported)
        {
            if (!config.IsEmpty(key))
                throw new CheckpointException(path, $"{Wording.Quote(key)} is set, which is not supported: the adapter would compute something else.");
        }
        if (config.Has("bias") && config.Text("bias") is var bias && bias != "none")
            throw new CheckpointException(path, $"\"bias\" is {Wording.Quote(bias)}: biases are not trained with an adapter here; expected \"none\".");
        if (config.IsText("init_lora_weights") && s_changingStarts.FirstOrDefault(s => config.Text("init_lora_weights").StartsWith(s, StringComparison.Ordinal)) is { } start)
            throw new CheckpointException(path, $"\"init_lora_weights\" is {start}, which changes the model's weights too: have PEFT convert the adapter when it saves it.");
        int foundRank = config.Integer("r", minimum: 1);
        if (foundRank != rank)
            throw new CheckpointException(path, $"the adapter has another rank: expected {rank}, found {foundRank}.");
        bool isRoot = !config.IsEmpty("use_rslora") && config.Bool("use_rslora");
        double found = config.Number("lora_alpha") / (isRoot ? Math.Sqrt(rank) : rank);
        if (Math.Abs(found - scale) > 1e-6 * Math.Abs(scale))
            throw new CheckpointException(
                path, $"the adapter has another scale: expected {scale:R}, found lora_alpha / {(isRoot ? "sqrt(r)" : "r")} = {found:R}. Declare Alpha = {found * form.Divisor:G7}.");
    }

    /// <summary>The number with the fewest digits that is the scale when it is divided by the rank, or by its root.</summary>
    private static decimal Alpha(PeftForm form)
    {
        for (int digits = 0; digits < 9; digits++)
        {
            double alpha = Math.Round(form.Scale * form.Divisor, digits);
            if ((form.IsRankStabilized ? (float)(alpha / form.Divisor) : (float)alpha / form.Rank) == form.Scale)
                return (decimal)alpha;
        }
        return (decimal)(form.Scale * form.Divisor);
    }

    private static void WriteNames(Utf8JsonWriter json, string key, IEnumerable<PeftModule> modules)
    {
        string[] names = [.. modules.Select(static m => m.Target)];
        if (names.Length == 0)
        {
            json.WriteNull(key);
            return;
        }
        json.WriteStartArray(key);
        foreach (string name in names)
            json.WriteStringValue(name);
        json.WriteEndArray();
    }
}
