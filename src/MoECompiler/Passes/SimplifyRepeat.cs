namespace MoECompiler.Passes;

/// <summary>Takes out of a loop what nobody needs: results that nothing reads, and operands that its layer does not read.</summary>
internal static class SimplifyRepeat
{
    /// <param name="node">The loop.</param>
    /// <param name="repeat">The loop's op.</param>
    /// <param name="needed">The names of the values that are read after the loop.</param>
    public static Node Trim(Node node, Repeat repeat, ISet<string> needed)
    {
        Graph body = repeat.Body;
        bool[] isResult = [.. node.Results.Select(r => needed.Contains(r.Name))];
        HashSet<string> read = Reads(body, isResult);

        // A carried value is needed if the next layer reads it on the way to something needed.
        for (int i = 0; i < repeat.Carried; i++)
        {
            if (isResult[i] || !read.Contains(body.Inputs[i].Name))
                continue;
            isResult[i] = true;
            read = Reads(body, isResult);
            i = -1;
        }
        bool[] isOperand = [.. body.Inputs.Select((input, i) => i < repeat.Carried ? isResult[i] : read.Contains(input.Name))];
        EquatableArray<Output> outputs = Kept(body.Outputs, isResult);
        Repeat trimmed = repeat with
        {
            Body = body with { Inputs = Kept(body.Inputs, isOperand), Nodes = Simplify.Live(body.Nodes, outputs), Outputs = outputs },
            Carried = isResult.Take(repeat.Carried).Count(static kept => kept),
            Stacked = isOperand.Skip(repeat.Carried).Take(repeat.Stacked).Count(static kept => kept),
        };
        return node with { Op = trimmed, Operands = Kept(node.Operands, isOperand), Results = Kept(node.Results, isResult) };
    }

    /// <summary>The names of the values that the outputs to keep depend on.</summary>
    private static HashSet<string> Reads(Graph body, bool[] isResult)
    {
        EquatableArray<Output> outputs = Kept(body.Outputs, isResult);
        return [.. Simplify.Live(body.Nodes, outputs).SelectMany(static n => n.Operands).Concat(outputs.Select(static o => o.Value)).Select(static v => v.Name)];
    }

    private static EquatableArray<T> Kept<T>(EquatableArray<T> items, bool[] isKept) => items.Where((_, i) => isKept[i]).ToEquatable();
}
