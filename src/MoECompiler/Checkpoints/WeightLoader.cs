namespace MoECompiler.Checkpoints;

/// <summary>One tensor that a model wants from a checkpoint.</summary>
/// <param name="Name">The tensor's name in the checkpoint.</param>
/// <param name="Shape">The extents that it must have there.</param>
/// <param name="Destination">
/// Where its elements go, in the same order, rounded to nearest where they have fewer bits there. Matrices in 4 bits may be so in the checkpoint too.
/// </param>
public readonly record struct WeightRequest(string Name, int[] Shape, FloatView Destination);

/// <summary>Fills a model's weights from a checkpoint: all of them, or none and an error that lists every misfit.</summary>
public static class WeightLoader
{
    private const int ListedProblems = 20;

    /// <summary>Copies each requested tensor to its destination, after all were checked.</summary>
    /// <param name="checkpoint">Where the tensors are.</param>
    /// <param name="requests">What is wanted.</param>
    /// <param name="allowExtra">Whether the checkpoint may have tensors that no request names.</param>
    /// <param name="cancellationToken">Looked at before each tensor is checked, and before the first is copied.</param>
    /// <exception cref="CheckpointException">A tensor is missing, extra, of another shape, not of floats or too large for its destination; no
    /// destination was written to.</exception>
    /// <exception cref="ArgumentException">Two requests have one name, or a destination has not as many elements as its shape.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled; no destination was written to.</exception>
    public static void Load(
        Checkpoint checkpoint, IReadOnlyList<WeightRequest> requests, bool allowExtra = false, CancellationToken cancellationToken = default)
        => Load(checkpoint, requests, [], allowExtra, cancellationToken);

    /// <summary>The same with tensors of bytes, which are copied as they are.</summary>
    internal static void Load(
        Checkpoint checkpoint, IReadOnlyList<WeightRequest> requests, IReadOnlyList<CodeRequest> codes, bool allowExtra, CancellationToken cancellationToken)
    {
        HashSet<string> requested = Names(requests);
        requested.UnionWith(codes.Select(static request => request.Name));
        Nf4Tensor[] quantized = [.. requests.Where(request => Nf4Tensor.IsIn(checkpoint, request)).Select(static request => new Nf4Tensor(request.Name, request.Destination.Quantized))];
        requested.UnionWith(quantized.SelectMany(static tensor => tensor.Names));
        requests = [.. requests.Where(request => !Nf4Tensor.IsIn(checkpoint, request))];
        List<string> problems = [];
        foreach (WeightRequest request in requests)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if ((Problem(checkpoint.Find(request.Name), request) ?? Misfit(checkpoint, request)) is { } problem)
                problems.Add($"{Wording.Quote(request.Name)}: {problem}");
        }
        foreach (CodeRequest request in codes)
        {
            if (request.Problem(checkpoint.Find(request.Name)) is { } problem)
                problems.Add($"{Wording.Quote(request.Name)}: {problem}");
        }
        foreach (Nf4Tensor tensor in quantized)
            problems.AddRange(tensor.Problems(checkpoint));
        if (!allowExtra)
        {
            IEnumerable<TensorEntry> extra = checkpoint.Tensors.Where(tensor => !requested.Contains(tensor.Name));
            problems.AddRange(extra.Select(static tensor => $"{Wording.Quote(tensor.Name)}: extra, found {tensor.Description}"));
        }
        if (problems.Count > 0)
            throw new CheckpointException(checkpoint.Path, Describe(problems));

        cancellationToken.ThrowIfCancellationRequested();
        foreach (WeightRequest request in requests)
            checkpoint.Read(request.Name, request.Destination);
        foreach (Nf4Tensor tensor in quantized)
            tensor.Read(checkpoint);
        foreach (CodeRequest request in codes)
            checkpoint.ReadBytes(request.Name, request.Destination);
    }

    private static HashSet<string> Names(IReadOnlyList<WeightRequest> requests)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (WeightRequest request in requests)
        {
            if (!names.Add(request.Name))
                throw new ArgumentException($"The tensor {Wording.Quote(request.Name)} is requested twice.", nameof(requests));
            if (new Extents(request.Shape).Count != request.Destination.Count)
                throw new ShapeException($"{Wording.Quote(request.Name)} {new Extents(request.Shape)} cannot fill {request.Destination}.");
        }
        return names;
    }

    private static string? Problem(TensorEntry? found, WeightRequest request)
    {
        string expected = TensorEntry.Describe(request.Shape.Select(static extent => (long)extent));
        if (found is null)
            return $"missing, expected {expected}";
        if (!found.Shape.SequenceEqual(request.Shape.Select(static extent => (long)extent)))
            return $"expected {expected}, found {found.Description}";
        return StoredFloats.CanRead(found.Type) ? null : $"expected floats, found {found.Description}";
    }

    /// <summary>The first element that 16 bits would make infinite, or that 4 bits have no code for; null for none.</summary>
    private static string? Misfit(Checkpoint checkpoint, WeightRequest request) =>
        request.Destination.Type != ElementType.Float32 && checkpoint.FindMisfit(request.Name, request.Destination.Type) is { } found
            ? $"{found.Element}, its element {found.Index:N0}, {(float.IsFinite(found.Element) ? "is too large for" : "has no code in")} {request.Destination.Type.Word()}"
            : null;

    private static string Describe(List<string> problems)
    {
        string more = problems.Count > ListedProblems ? $"\n  and {problems.Count - ListedProblems:N0} more" : "";
        string count = problems.Count == 1 ? "a tensor does" : $"{problems.Count:N0} tensors do";
        return $"{count} not fit the model:\n  {string.Join("\n  ", problems.Take(ListedProblems))}{more}";
    }
}
