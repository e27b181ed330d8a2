using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>Some matrices of the row, a formula on each of their elements, and the matrix back.</summary>
internal abstract class FormulaExpert : ExpertKindLowering
{
    /// <summary>The matrices that multiply the row, in the order of the formula's inputs.</summary>
    public abstract IReadOnlyList<string> Matrices { get; }

    /// <summary>What the matrix <c>Down</c> multiplies.</summary>
    public abstract ScalarExpression Inner(ModuleContext module);

    public sealed override Value Lower(ModuleContext module, ExpertProjection projection)
    {
        Value[] into = [.. Matrices.Select(projection.Into)];
        return projection.OutOf(module.Graph.Elementwise(Inner(module), into, projection.NameOfInner));
    }
}
