namespace MoECompiler.Generators.Lowering;

/// <summary>Something that the user wrote that is not a graph: becomes the diagnostic <paramref name="id"/> at the span.</summary>
internal sealed class LoweringError(string id, int span, params string[] arguments) : Exception($"{id}: {string.Join(", ", arguments)}")
{
    public string Id { get; } = id;

    public int Span { get; } = span;

    public string[] Arguments { get; } = arguments;
}
