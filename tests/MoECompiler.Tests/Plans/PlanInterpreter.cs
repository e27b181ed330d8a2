using MoECompiler.Graphs;
using MoECompiler.Ops;
using MoECompiler.Plans;

namespace MoECompiler.Tests.Plans;

/// <summary>
/// Runs a plan on memory that holds, in place of numbers, the number of the last write. A step that reads a place where another value lies by
/// then, writes over what it reads, or leaves an output elsewhere, is an error: nothing here knows how the planner decides.
/// </summary>
internal sealed class PlanInterpreter
{
    /// <summary>The passes of each loop: below ten, as a layer is one digit of a region.</summary>
    private const int Layers = 3;

    /// <summary>A place, and of it the part that the digits name, a layer for each loop around it; no digits are all of it.</summary>
    private readonly record struct Region(string Place, string Part)
    {
        public Region Layer(int layer) => this with { Part = Part + layer };

        public bool Overlaps(Region other) => Place == other.Place && (Part.StartsWith(other.Part, StringComparison.Ordinal) || other.Part.StartsWith(Part, StringComparison.Ordinal));
    }

    /// <summary>Where a value lies, and the writes that made it: one, or one a layer for the stacked result of a loop.</summary>
    private sealed record Content(Region Region, IReadOnlyList<(Region Region, int Write)> Writes)
    {
        public Content Layer(int layer) => new(Region.Layer(layer), [.. Writes.Where(w => w.Region.Overlaps(Region.Layer(layer)))]);
    }

    private readonly Dictionary<Region, int> _memory = [];
    private int _writes;

    /// <exception cref="InvalidOperationException">A value is overwritten before its last use, or while it is used.</exception>
    public static void Run(Plan plan)
    {
        PlanInterpreter interpreter = new();
        Dictionary<string, Content> values = new(StringComparer.Ordinal);
        foreach (Value given in plan.Graph.Given)
            values.Add(given.Name, interpreter.Write(new Region($"given {given.Name}", "")));
        interpreter.Steps(plan, values, static slot => slot, static output => Outside(output));
        foreach (Output output in plan.Graph.Outputs)
        {
            Content content = interpreter.Read(values[output.Value.Name], $"output {output.Name}");
            if (content.Region != Outside(output))
                throw new InvalidOperationException($"Output {output.Name} lies in {content.Region}.");
        }
    }

    /// <summary>Where an output has to be: a parameter that the graph updates is one of those that are given.</summary>
    private static Region Outside(Output output) => new($"{(output.Kind == OutputKind.Update ? "given" : "output")} {output.Name}", "");

    private Content Write(Region region)
    {
        foreach (Region other in _memory.Keys.Where(r => r.Overlaps(region)).ToArray())
            _memory.Remove(other);
        _memory[region] = ++_writes;
        return new Content(region, [(region, _writes)]);
    }

    private Content Read(Content content, string reader)
    {
        foreach ((Region region, int expected) in content.Writes)
        {
            if (!_memory.TryGetValue(region, out int write) || write != expected)
                throw new InvalidOperationException($"{reader}: {region} holds another value by now.");
        }
        return content;
    }

    private void Steps(Plan plan, Dictionary<string, Content> values, Func<int, int> slot, Func<Output, Region> place)
    {
        foreach (Node node in plan.Graph.Nodes)
        {
            string text = GraphPrinter.Print(node);
            List<Region> used = [.. node.Operands.Select(o => Read(values[o.Name], text).Region)];
            if (node.Op.IsAlias)
            {
                foreach (Value result in node.Results)
                {
                    if (plan.Places[result.Name] is not Place.AliasOf { Value: var source } || !source.Equals(node.Operands[0]))
                        throw new InvalidOperationException($"{text}: no alias.");
                    values[result.Name] = values[source.Name];
                }
                continue;
            }
            List<Region> written = [];
            foreach (Value result in node.Results)
            {
                Region region = plan.Places[result.Name] switch
                {
                    Place.InSlot { Slot: var index } when plan.Slots[index].Values.Contains(result) => new Region($"slot {slot(index)}", ""),
                    Place.InOutput { Output: var output } => place(output),
                    _ => throw new InvalidOperationException($"{text}: no place for {result}."),
                };
                if (used.Any(region.Overlaps))
                    throw new InvalidOperationException($"{text}: {region} is written while it is used.");
                used.Add(region);
                written.Add(region);
            }
            if (node.Op is Repeat repeat)
                Loop(plan.Loops[node.Results[0].Name], repeat, node, values, written, slot);
            for (int i = 0; i < written.Count && node.Op is not Repeat; i++)
                values[node.Results[i].Name] = Write(written[i]);
        }
    }

    /// <summary>As the emitted code does: carried values are copied to the results, run there, and are copied back one after the other.</summary>
    private void Loop(LoopPlan loop, Repeat repeat, Node node, Dictionary<string, Content> values, List<Region> results, Func<int, int> slot)
    {
        Graph body = loop.Body.Graph;
        Content[] carried = new Content[repeat.Carried];
        for (int i = 0; i < repeat.Carried; i++)
        {
            Read(values[node.Operands[i].Name], $"{body.Name}, begin");
            carried[i] = Write(results[i]);
        }
        List<(Region, int)>[] stacks = [.. results.Select(static _ => new List<(Region, int)>())];
        for (int step = 0; step < Layers; step++)
        {
            int layer = repeat.Reverse ? Layers - 1 - step : step;
            Dictionary<string, Content> inside = new(StringComparer.Ordinal);
            for (int i = 0; i < body.Inputs.Count; i++)
            {
                Content operand = values[node.Operands[i].Name];
                inside.Add(body.Inputs[i].Name, i < repeat.Carried ? carried[i] : i < repeat.Carried + repeat.Stacked ? operand.Layer(layer) : operand);
            }
            Steps(loop.Body, inside, s => slot(loop.Slots[s]), output => results[IndexOf(body.Outputs, output)].Layer(layer));
            for (int i = repeat.Carried; i < results.Count; i++)
            {
                Content stacked = Read(inside[body.Outputs[i].Value.Name], $"{body.Name}, output {body.Outputs[i].Name}");
                if (stacked.Region != results[i].Layer(layer))
                    throw new InvalidOperationException($"{body.Name}: output {body.Outputs[i].Name} lies in {stacked.Region}.");
                stacks[i].AddRange(stacked.Writes);
            }
            for (int i = 0; i < repeat.Carried; i++)
            {
                if (body.Outputs[i].Value.Equals(body.Inputs[i]))
                    continue;
                Read(inside[body.Outputs[i].Value.Name], $"{body.Name}, end");
                carried[i] = Write(results[i]);
            }
        }
        for (int i = 0; i < results.Count; i++)
            values[node.Results[i].Name] = i < repeat.Carried ? carried[i] : new Content(results[i], stacks[i]);
    }

    private static int IndexOf(EquatableArray<Output> outputs, Output output) => Enumerable.Range(0, outputs.Count).Single(i => outputs[i].Equals(output));
}
