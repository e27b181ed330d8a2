using Microsoft.CodeAnalysis;

namespace MoECompiler.Generators.Parsing;

/// <summary>
/// What the parsers of one class share: the compilation, the sizes and places met, what there is to report, and whether all is well so far.
/// </summary>
internal sealed class ParseContext
{
    private readonly List<DiagnosticInfo> _diagnostics = [];
    private readonly bool _isSilent;

    public ParseContext(Compilation compilation, CancellationToken cancellation)
    {
        Compilation = compilation;
        Cancellation = cancellation;
        Locations = new LocationTable();
        Sizes = new SizeTable();
        Root = this;
    }

    private ParseContext(ParseContext outer)
    {
        Compilation = outer.Compilation;
        Cancellation = outer.Cancellation;
        Locations = outer.Locations;
        Sizes = outer.Sizes;
        Root = outer.Root;
        _isSilent = true;
    }

    public Compilation Compilation { get; }

    public CancellationToken Cancellation { get; }

    public LocationTable Locations { get; }

    public SizeTable Sizes { get; }

    /// <summary>The context of the class that is parsed first.</summary>
    public ParseContext Root { get; }

    /// <summary>The names in quotes of the class's own shapes.</summary>
    public List<(string Name, Location Location)> FreeExtents { get; } = [];

    /// <summary>Nothing was wrong, neither to us nor to the C# compiler.</summary>
    public bool IsSound { get; private set; } = true;

    public EquatableArray<DiagnosticInfo> Diagnostics => _diagnostics.ToEquatable();

    /// <summary>The context of a module inside: what is wrong there is reported once, where the module itself is parsed.</summary>
    public ParseContext Silent() => new(this);

    /// <summary>Something is wrong that the C# compiler, or the parser of a module, reports.</summary>
    public void Fail() => IsSound = false;

    public void Report(DiagnosticDescriptor descriptor, Location location, params string[] arguments)
    {
        if (descriptor.DefaultSeverity == DiagnosticSeverity.Error)
            IsSound = false;
        if (!_isSilent)
            _diagnostics.Add(new DiagnosticInfo(descriptor.Id, Locations.Add(location), arguments.ToEquatable()));
    }

    public int Span(SyntaxNode node) => Locations.Add(node.GetLocation());

    /// <summary>What the syntax means; null where the compiler cannot tell, or where it is of another project.</summary>
    public IOperation? Operation(SyntaxNode? node) => node is not null && Compilation.ContainsSyntaxTree(node.SyntaxTree)
        ? Compilation.GetSemanticModel(node.SyntaxTree).GetOperation(node, Cancellation)
        : null;
}
