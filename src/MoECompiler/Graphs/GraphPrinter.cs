using System.Text;

namespace MoECompiler.Graphs;

/// <summary>
/// Writes a graph as text, one node a line: <c>x: f32[B, Width] = MatMul(pixels, Stem.Weight; TransposeB: true)</c>. Tests of passes
/// compare this text.
/// </summary>
public static class GraphPrinter
{
    public static string Print(Graph graph)
    {
        StringBuilder text = new();
        text.Append(graph.Name).Append('(').Append(string.Join(", ", graph.Inputs)).Append(")\n");
        foreach (GraphParameter parameter in graph.Parameters)
            text.Append("  parameter ").Append(parameter.Value).Append(parameter.IsFrozen ? " frozen" : "").Append('\n');
        foreach (Node node in graph.Nodes)
            text.Append("  ").Append(Print(node)).Append('\n');
        foreach (Output output in graph.Outputs)
            text.Append("  ").Append(output.Kind.ToString().ToLowerInvariant()).Append(' ').Append(output.Name).Append(" = ").Append(output.Value.Name).Append('\n');
        return text.ToString();
    }

    public static string Print(Node node)
    {
        string arguments = node.Op.Arguments.Length == 0 ? "" : "; " + node.Op.Arguments;
        return $"{string.Join(", ", node.Results)} = {node.Op.Name}({string.Join(", ", node.Operands.Select(static o => o.Name))}{arguments})";
    }
}
