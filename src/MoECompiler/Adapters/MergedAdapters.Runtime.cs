namespace MoECompiler;

/// <summary>What an adapter has put into its model's weights.</summary>
/// <param name="Name">The adapter's class.</param>
/// <param name="Before">The fingerprint before it was.</param>
/// <param name="IsSum">Whether rows only got something added.</param>
/// <param name="Rows">For each site.</param>
internal sealed record MergedChange(string Name, string Before, bool IsSum, IReadOnlyList<RowChange> Rows);

/// <summary>
/// The adapters that are merged into a model. What is taken out again leaves the rounding of two additions in the weights, which are the same
/// weights all the same: an adapter that was trained on them before fits them after.
/// </summary>
internal sealed class MergedAdapters
{
    private readonly List<MergedChange> _changes = [];
    private string? _before;
    private (string Now, string Before)? _restored;

    /// <summary>What tells the model's weights from others.</summary>
    public string Fingerprint(Model model)
    {
        string now = WeightFingerprint.Of(model);
        return _restored is { } restored && restored.Now == now ? restored.Before : now;
    }

    public void Add(MergedChange change)
    {
        if (_changes.Count == 0)
            _before = change.Before;
        _changes.Add(change);
    }

    /// <summary>Sums are taken out in any order. A factor is that of all that was added before it, and of nothing that was added after.</summary>
    /// <exception cref="InvalidOperationException">Something has to be taken out before.</exception>
    public void CheckIsNext(MergedChange change)
    {
        MergedChange? later = _changes.SkipWhile(c => !ReferenceEquals(c, change)).Skip(1).LastOrDefault(c => !c.IsSum || !change.IsSum);
        if (later is not null)
            throw new InvalidOperationException($"{later.Name} was merged after {change.Name}, and one of them does not only add: take {later.Name} out first.");
    }

    /// <summary>One change is taken out of the weights; with the last one they are what they were.</summary>
    public void Remove(MergedChange change, Model model)
    {
        _changes.Remove(change);
        if (_changes.Count == 0)
            _restored = (WeightFingerprint.Of(model), _before!);
    }
}
