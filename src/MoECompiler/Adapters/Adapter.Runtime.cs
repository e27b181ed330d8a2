using System.Globalization;
using MoECompiler.Checkpoints;

namespace MoECompiler;

/// <summary>
/// What every generated adapter derives from: a model some of whose weights act as the adapter's kind says, of parameters that are the adapter's
/// own. It computes what its model computes, is trained, saved and loaded by itself, and leaves the model's weights as they are.
/// Several may be attached to one model; one thread at a time is in the model and its adapters together.
/// </summary>
public abstract partial class Adapter : Model
{
    private readonly AdapterDescription _description;
    private readonly List<AdaptedWeight> _sites = [];

    /// <summary>Called by generated code.</summary>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    protected Adapter(Model model, AdapterDescription description) : base(model)
    {
        using (model.Gate.Enter())
        {
            Base = model;
            _description = description;
        }
    }

    /// <summary>The model whose weights the adapter changes; it must outlive the adapter.</summary>
    public Model Base { get; }

    /// <summary>The weights that change, each with what changes it.</summary>
    public IReadOnlyList<AdaptedWeight> Sites => _sites;

    /// <inheritdoc/>
    internal override IEnumerable<Parameter> AllParameters => Base.AllParameters.Concat(Parameters);

    /// <summary>Notes a site; called by generated code.</summary>
    protected TSite AddSite<TSite>(TSite site) where TSite : AdaptedWeight
    {
        _sites.Add(site);
        return site;
    }

    internal override void Describe(SafetensorsWriter writer)
    {
        writer.SetMetadata("adapter", _description.Kind);
        foreach ((string key, string text) in _description.Further)
            writer.SetMetadata(key, text);
        writer.SetMetadata("base", Base.GetType().Name);
        writer.SetMetadata("base_fingerprint", Fingerprint);
    }

    internal override void Check(Checkpoint checkpoint)
    {
        Require("adapter", _description.Kind, "is of another kind of adapter");
        foreach ((string key, string text) in _description.Further)
            Require(key, text, $"has another {key}");
        Require("base", Base.GetType().Name, "is an adapter of another model");
        Require("base_fingerprint", Fingerprint, $"was trained on other weights of {Base.GetType().Name}: there it would do something else");

        void Require(string key, string expected, string problem)
        {
            string? found = checkpoint.Metadata.GetValueOrDefault(key);
            if (found != expected)
                throw new CheckpointException(checkpoint.Path, $"the file {(found is null ? "is of no adapter" : problem)}: {key} should be {expected}, found {found ?? "none"}.");
        }
    }
}

/// <summary>What an adapter's declaration says of it; a file says the same or is of another adapter.</summary>
/// <param name="Kind">The attribute's name: <c>Lora</c>.</param>
/// <param name="Further">What the kind depends on: a rank, a scale, a seed.</param>
public sealed record AdapterDescription(string Kind, params IReadOnlyList<(string Key, string Text)> Further)
{
    /// <summary>A number as files have it.</summary>
    public static string Text(float number) => number.ToString("R", CultureInfo.InvariantCulture);
}
