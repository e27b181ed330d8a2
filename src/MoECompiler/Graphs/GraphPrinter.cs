using System.Text;

namespace MoECompiler.Graphs;

/// <summary>
/// Writes a graph as text, one node a line: <c>x: f32[B, Width] = MatMul(pixels, Stem.Weight; TransposeB: true)</c>, the layer of a loop
/// and the nodes of a region indented below it. Tests of passes compare this text.
/// </summary>
public static class GraphPrinter
{
    public static string Print(Graph graph)
    {
        StringBuilder text = new();
        Print(text, graph, "");
        return text.ToString();
    }

    private static void Print(StringBuilder text, Graph graph, string indent)
    {
        string inner = indent + "  ";
        text.Append(indent).Append(graph.Name).Append('(').Append(string.Join(", ", graph.Inputs)).Append(")\n");
        foreach (GraphParameter parameter in graph.Parameters)
            text.Append(inner).Append("parameter ").Append(parameter.Value).Append(parameter.IsFrozen ? " frozen" : "").Append('\n');
        foreach (Node node in graph.Nodes)
        {
            text.Append(inner).Append(Print(node)).Append('\n');
            if (node.Op is Repeat repeat)
                Print(text, repeat.Body, inner + "  ");
            else if (node.Op is Region region)
                Print(text, region.Body, inner + "  ");
        }
        foreach (Output output in graph.Outputs)
            text.Append(inner).Append(output.Kind.ToString().ToLowerInvariant()).Append(' ').Append(output.Name).Append(" = ").Append(output.Value.Name).Append('\n');
    }

    public static string Print(Node node)
    {
        string arguments = node.Op.Arguments.Length == 0 ? "" : "; " + node.Op.Arguments;
        return $"{string.Join(", ", node.Results)} = {node.Op.Name}({string.Join(", ", node.Operands.Select(static o => o.Name))}{arguments})";
    }
}
