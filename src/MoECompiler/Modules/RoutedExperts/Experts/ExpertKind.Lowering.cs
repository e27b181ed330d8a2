using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>What an expert computes: some matrices of the row, a formula on each of their elements, and the matrix back.</summary>
internal abstract class ExpertKindLowering : RouterPart
{
    /// <summary>The matrices that multiply the row, in the order of the formula's inputs.</summary>
    public abstract IReadOnlyList<string> Matrices { get; }

    /// <summary>What the matrix <c>Down</c> multiplies.</summary>
    public abstract ScalarExpression Inner(ModuleContext module);

    /// <summary>The experts' results.</summary>
    public Value Lower(ModuleContext module, ExpertProjection projection)
    {
        Value[] into = [.. Matrices.Select(projection.Into)];
        return projection.OutOf(module.Graph.Elementwise(Inner(module), into, projection.NameOfInner));
    }
}

/// <summary>Rows times an expert's matrices.</summary>
internal abstract class ExpertProjection
{
    /// <summary>What the rows between the matrices are called.</summary>
    public abstract string NameOfInner { get; }

    /// <summary>The rows times a matrix from Width to Inner.</summary>
    public abstract Value Into(string matrix);

    /// <summary>The inner rows times the matrix from Inner to Width.</summary>
    public abstract Value OutOf(Value inner);
}
