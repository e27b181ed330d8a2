using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>What the matrices of routed experts are made of.</summary>
internal abstract class ExpertMatricesKind : RouterPart
{
    /// <summary>Each row times the matrix of its expert.</summary>
    public abstract Value Multiply(ExpertProduct product);
}

/// <summary>A product of rows by a matrix of their expert.</summary>
/// <param name="Module">The layer.</param>
/// <param name="Name">The matrix: Up, Gate or Down.</param>
/// <param name="X">The rows: in order of expert, or those of the tokens.</param>
/// <param name="Gather">They are the tokens', to be read in the order of experts.</param>
/// <param name="Routing">The order.</param>
/// <param name="Experts">How many experts.</param>
/// <param name="From">The columns that come in.</param>
/// <param name="To">The columns that go out.</param>
internal sealed record ExpertProduct(ModuleContext Module, string Name, Value X, bool Gather, Routing Routing, Size Experts, Size From, Size To)
{
    public string Word { get; } = Name.ToLowerInvariant();

    public GraphBuilder Graph => Module.Graph;

    /// <summary>The rank of thin matrices.</summary>
    public int Rank => Module.Integer("Rank", 8);

    /// <summary>A matrix of each expert.</summary>
    public Value Matrix(string suffix, Initializer initializer, Size to, Size from) =>
        Module.Matrix(Name + suffix, $"experts.{Word}{(suffix.Length > 0 ? "." : "")}{suffix.ToLowerInvariant()}.weight", initializer, Experts, to, from);

    /// <summary>B A x, of thin matrices: A is filled as a matrix of its width is.</summary>
    public Value Thin(Initializer ofB)
    {
        Size rank = Graphs.Size.Of(Rank);
        Value a = Matrix("A", new Initializer.Uniform(From), rank, From), b = Matrix("B", ofB, To, rank);
        Value low = Graph.GroupedMatMul(X, a, Routing, Gather, transposeB: true, $"{Word}Low");
        return Graph.GroupedMatMul(low, b, Routing, gatherRows: false, transposeB: true, Word);
    }
}
