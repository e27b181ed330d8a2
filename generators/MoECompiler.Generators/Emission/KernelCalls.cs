namespace MoECompiler.Generators.Emission;

/// <summary>How a step of a plan calls its kernel: what differs between a processor's plan and a GPU's.</summary>
internal abstract class KernelCalls
{
    /// <summary>The statement that runs a node's kernel.</summary>
    /// <param name="node">Neither an alias nor a loop.</param>
    /// <param name="text">The C# expression of each value.</param>
    /// <param name="random">The C# expression of what random ops draw from.</param>
    public abstract string Call(Node node, Func<Value, string> text, string random);

    /// <summary>Writes the statements of a step; of most it is one.</summary>
    public virtual void Write(SourceWriter writer, Node node, Func<Value, string> text, string random) => writer.Line(Call(node, text, random));

    public abstract string Copy(string from, string to);

    /// <summary>The call of a kernel that the library has: operands, results, what random ops draw from, attributes.</summary>
    protected static string Library(string receiver, string device, Node node, Func<Value, string> text, string random, IEnumerable<string> further)
    {
        int operands = node.Op is IFusesEpilogue product ? product.ProductOperands : node.Operands.Count;
        List<string> arguments = [device, .. node.Operands.Take(operands).Select(text), .. node.Results.Select(text)];
        if (node.Op.IsRandom)
            arguments.Add(random);
        if (node.Op.KernelArguments.Length > 0)
            arguments.Add(node.Op.KernelArguments);
        arguments.AddRange(further);
        return $"{receiver}.{node.Op.Name}({string.Join(", ", arguments)});";
    }
}
