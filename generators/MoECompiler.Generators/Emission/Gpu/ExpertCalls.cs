namespace MoECompiler.Generators.Emission.Gpu;

/// <summary>Writes a step of experts: a way without a sort for a few tokens, and the way by expert for more.</summary>
internal static class ExpertCalls
{
    /// <param name="writer">Takes the statements.</param>
    /// <param name="region">The step.</param>
    /// <param name="products">The products' kernels.</param>
    /// <param name="text">The C# expression of each value.</param>
    /// <param name="call">The statement of a node that is the same either way.</param>
    public static void Write(SourceWriter writer, Region region, ProductTable products, Func<Value, string> text, Func<Node, string> call)
    {
        List<Node> nodes = [.. region.Body.Nodes];
        Node dispatch = nodes[0], combine = nodes[nodes.Count - 1];
        Node down = nodes.First(n => n.Results.Contains(combine.Operands[0]));
        Value experts = dispatch.Operands[0];

        writer.Open($"if (gpu.IsFew({experts.Type.Shape[0]}))");
        foreach (Node node in nodes.Where(n => n != dispatch && n != down && n != combine))
            writer.Line(node.Op is GroupedMatMul ? products.CallUnsorted(node, text, text(experts)) : call(node));
        writer.Line(products.CallUnsortedCombine(down, combine, text, text(experts)));
        writer.Close();
        writer.Open("else");
        foreach (Node node in nodes)
            writer.Line(call(node));
        writer.Close();
    }
}
