using MoECompiler.Generators.Parsing;

namespace MoECompiler.Generators.Lowering;

/// <summary>Makes the graph of a model's Forward, alone or with its Loss.</summary>
internal static class ModelLowering
{
    /// <summary>What serves: the results of Forward.</summary>
    public static Graph Forward(ModelSpec spec)
    {
        MethodScope scope = Begin(spec, isTraining: false, hasLoss: false);
        List<Value> results = LowerForward(scope);
        AddResults(scope, results);
        return Finish(scope, "Forward", spec.Root.Forward!.Parameters.Select(static p => p.Name));
    }

    /// <summary>What is minimized, and what is reported with it: in training with dropout and noise, otherwise with the results of Forward.</summary>
    public static Graph Loss(ModelSpec spec, bool isTraining)
    {
        MethodScope scope = Begin(spec, isTraining, hasLoss: true);
        List<Value> results = LowerForward(scope);
        if (!isTraining)
            AddResults(scope, results);

        MethodSpec loss = spec.Loss!;
        Dictionary<string, Operand> forward = new(scope.Locals, StringComparer.Ordinal);
        scope.Locals.Clear();
        for (int i = 0; i < loss.Parameters.Count; i++)
        {
            ParameterSpec parameter = loss.Parameters[i];
            if (i < results.Count)
                scope.Locals[parameter.Name] = new Operand.Tensor(results[i]);
            else if (spec.Root.Forward!.Parameters.Any(p => p.Name == parameter.Name) && forward[parameter.Name] is Operand.Tensor input)
                scope.Locals[parameter.Name] = input;
            else
                Declare(scope, parameter);
        }
        Value own = MethodLowering.Lower(scope, loss)[0];
        if (own.Type.Rank != 0)
            throw new LoweringError("MOE2003", loss.Span, own.Type.ToString());

        Value total = own;
        if (scope.Losses.Count > 0)
        {
            scope.Graph.BeginStatement("The loss with the routers' own.");
            // A formula takes few operands: further losses are added to the sum of the first.
            for (int first = 0; first < scope.Losses.Count; first += Elementwise.MaximumOperands - 1)
            {
                (string Name, Value Value, Value Reported, float Coefficient)[] some = [.. scope.Losses.Skip(first).Take(Elementwise.MaximumOperands - 1)];
                ScalarExpression sum = some.Select(static (loss, i) => loss.Coefficient * Scalar.In(i + 1)).Aggregate(Scalar.In(0), static (a, b) => a + b);
                total = scope.Graph.Elementwise(sum, [total, .. some.Select(static l => l.Value)], "total");
            }
        }
        scope.Graph.Output("loss", total, OutputKind.Loss);
        if (scope.Losses.Count > 0)
            scope.Graph.Output("task", own, OutputKind.Metric);
        foreach ((string name, _, Value reported, float coefficient) in scope.Losses)
            scope.Graph.Output(name, reported, OutputKind.Metric, coefficient);
        foreach ((string name, Value value) in scope.Metrics)
            scope.Graph.Output(name, value, OutputKind.Metric);
        foreach ((string name, Value value) in scope.Updates)
            scope.Graph.Output(name, value, OutputKind.Update);
        return Finish(scope, isTraining ? "Train" : "Evaluate", spec.Root.Forward!.Parameters.Concat(loss.Parameters.Skip(results.Count)).Select(static p => p.Name).Distinct());
    }

    private static MethodScope Begin(ModelSpec spec, bool isTraining, bool hasLoss)
    {
        MethodScope scope = new(new ModelContext(spec, isTraining, hasLoss), spec.Root, new GraphBuilder());
        scope.Graph.Reserve(spec.Sizes.Select(static s => s.Name));
        scope.Graph.Reserve([.. EmittedNames.All, .. CSharpWords.All]);
        return scope;
    }

    private static List<Value> LowerForward(MethodScope scope)
    {
        MethodSpec forward = scope.Model.Spec.Root.Forward!;
        foreach (ParameterSpec parameter in forward.Parameters)
            Declare(scope, parameter);
        List<Value> results = MethodLowering.Lower(scope, forward);
        foreach (ParameterSpec parameter in forward.Parameters)
        {
            if (!scope.Graph.Inputs.Any(i => i.Name == parameter.Name))
                throw new LoweringError("MOE2002", parameter.Span, parameter.Name);
        }
        return results;
    }

    private static void Declare(MethodScope scope, ParameterSpec parameter) => scope.Locals[parameter.Name] = parameter.Shape is { } shape
        ? new Operand.Tensor(scope.Graph.Input(parameter.Name, new TensorType(parameter.IsInteger ? DType.I32 : DType.F32, shape)))
        : new Operand.Pending(parameter.Name, parameter.Span);

    private static void AddResults(MethodScope scope, List<Value> results)
    {
        EquatableArray<string> names = scope.Model.Spec.Root.Forward!.Results;
        for (int i = 0; i < results.Count; i++)
            scope.Graph.Output(names[i], results[i], OutputKind.Result);
    }

    /// <summary>The graph with its inputs in the order of the parameters, whatever the order of their first use was.</summary>
    private static Graph Finish(MethodScope scope, string name, IEnumerable<string> order)
    {
        Graph graph = scope.Graph.Build(name);
        return graph with
        {
            Inputs = order.Select(n => graph.Inputs.FirstOrDefault(i => i.Name == n)).OfType<Value>().ToEquatable(),
            Parameters = InOrderOfDeclaration(scope.Module, graph.Parameters),
        };
    }

    /// <summary>Parameters in the order of the members that they belong to, so that the order does not hang on the order of use.</summary>
    private static EquatableArray<GraphParameter> InOrderOfDeclaration(ModuleSpec module, EquatableArray<GraphParameter> parameters) => parameters
        .Select((parameter, i) => (parameter, i, key: Keys(module, parameter.Value.Name.Split('.'), 0)))
        .OrderBy(static p => p.key, StringComparer.Ordinal)
        .ThenBy(static p => p.i)
        .Select(static p => p.parameter)
        .ToEquatable();

    private static string Keys(ModuleSpec module, string[] path, int depth)
    {
        string key = "";
        for (ModuleSpec? at = module; at is not null && depth < path.Length - 1; depth++)
        {
            if (path[depth] == "Stacked")
                continue;
            int index = 0;
            while (index < at.Members.Count && at.Members[index].Name != path[depth])
                index++;
            key += index.ToString("D6", System.Globalization.CultureInfo.InvariantCulture) + ".";
            at = index < at.Members.Count ? at.Members[index].Child : null;
        }
        return key;
    }
}
