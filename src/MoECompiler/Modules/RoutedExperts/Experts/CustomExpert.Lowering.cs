using MoECompiler.Graphs;
using MoECompiler.Ops;

namespace MoECompiler.Modules;

/// <summary>down(f(up(x), gate(x))), f a static method of the class that declares the layer; its parameters say which matrices there are.</summary>
internal sealed class CustomExpert : ExpertKindLowering
{
    public override string Name => "Custom";

    public override IReadOnlyList<string> Options => ["Formula"];

    public override Value Lower(ModuleContext module, ExpertProjection projection)
    {
        GraphBuilder graph = module.Graph;
        ModuleFormula formula = module.Formula("Formula");
        Value[] into = [.. formula.Parameters.Select(name => projection.Into(char.ToUpperInvariant(name[0]) + name.Substring(1)))];
        int before = graph.Nodes.Count;
        Value inner = formula.Apply(into);
        if (graph.Nodes.Skip(before).FirstOrDefault(static node => node.Op is not Elementwise) is { } other)
            throw new ShapeError($"takes a Formula of elements, and {other.Op.Name} in {formula.Name} looks at several");
        if (!inner.Type.Equals(into[0].Type))
            throw new ShapeError($"takes a Formula that keeps the shape {into[0].Type}, and {formula.Name} gives {inner.Type}");
        return projection.OutOf(inner);
    }
}
