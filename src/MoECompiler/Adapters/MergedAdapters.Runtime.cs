namespace MoECompiler;

/// <summary>
/// The adapters that are merged into a model. What is taken out again leaves the rounding of two additions in the weights, which are the same
/// weights all the same: an adapter that was trained on them before fits them after.
/// </summary>
internal sealed class MergedAdapters
{
    private int _count;
    private string? _before;
    private (string Now, string Before)? _restored;

    /// <summary>What tells the model's weights from others.</summary>
    public string Fingerprint(Model model)
    {
        string now = WeightFingerprint.Of(model);
        return _restored is { } restored && restored.Now == now ? restored.Before : now;
    }

    /// <param name="before">The fingerprint before the change was added.</param>
    public void Add(string before)
    {
        if (_count++ == 0)
            _before = before;
    }

    /// <summary>One change is taken out of the weights; with the last one they are what they were.</summary>
    public void Remove(Model model)
    {
        if (--_count == 0)
            _restored = (WeightFingerprint.Of(model), _before!);
    }
}
