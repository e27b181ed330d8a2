using MoECompiler.Generators.Parsing;
using MoECompiler.Modules;

namespace MoECompiler.Generators.Lowering;

/// <summary>Lowers the statements of a Forward or a Loss: each becomes the nodes that compute it.</summary>
internal static class MethodLowering
{
    /// <summary>The values that the method returns.</summary>
    public static List<Value> Lower(Scope scope, MethodSpec method)
    {
        foreach (Statement statement in method.Body)
        {
            scope.Graph.BeginStatement(statement.Text);
            switch (statement)
            {
                case Statement.Return returned:
                    return [.. returned.Values.Select((e, i) => Tensor(scope, e, method.Results[i]))];
                case Statement.Assign assign:
                    Assign(scope, assign);
                    break;
                case Statement.ForEach loop:
                    Loop(scope, loop);
                    break;
            }
        }
        throw new InvalidOperationException($"{method.Name} has no return");
    }

    private static void Assign(Scope scope, Statement.Assign assign)
    {
        if (assign.Targets.Count == 1)
        {
            Operand value = Evaluate(scope, assign.Value, assign.Targets[0]);
            scope.Locals[assign.Targets[0]] = value;
            return;
        }
        List<Value> results = Results(scope, assign.Value);
        for (int i = 0; i < assign.Targets.Count; i++)
            scope.Locals[assign.Targets[i]] = new Operand.Tensor(scope.Graph.Rename(results[i], assign.Targets[i]));
    }

    private static void Loop(Scope scope, Statement.ForEach loop)
    {
        MemberSpec member = scope.Module.Members.First(m => m.Name == loop.Member);
        Size depth = ((ArgumentValue.Integer)member.Arguments.First(static a => a.Name == "Depth").Value).Size;
        HashSet<string> seen = [];
        List<string> carried = [.. Assigned(loop.Body).Where(n => seen.Add(n) && scope.Locals.ContainsKey(n))];
        LoopScope body = new(scope, depth, carried, loop.Span) { Path = scope.Path, Checkpoint = scope.Checkpoint, IsFrozen = scope.IsFrozen };
        body.Layers[loop.Variable] = member;
        foreach (Statement statement in loop.Body)
        {
            body.Graph.BeginStatement(statement.Text);
            if (statement is Statement.Assign assign)
                Assign(body, assign);
            else
                throw new InvalidOperationException($"{statement.Text} in a loop");
        }
        try
        {
            body.Close(member.Name + "Layer");
        }
        catch (ShapeError error)
        {
            throw new LoweringError("MOE2001", loop.Span, error.Message);
        }
    }

    private static IEnumerable<string> Assigned(IEnumerable<Statement> body) => body.OfType<Statement.Assign>().SelectMany(static a => a.Targets);

    /// <summary>An expression as a tensor of the graph.</summary>
    public static Value Tensor(Scope scope, Expression expression, string? name = null)
    {
        switch (Evaluate(scope, expression, name))
        {
            case Operand.Tensor tensor:
                return tensor.Value;
            case Operand.Number number:
                return scope.Graph.Elementwise(number.Expression, [], name ?? "number");
            case Operand.Pending pending:
                throw new LoweringError("MOE2002", expression.Span, pending.Name);
            default:
                throw new InvalidOperationException();
        }
    }

    /// <summary>An expression as a tensor; an input whose shape is not known yet gets <paramref name="expected"/>.</summary>
    public static Value Tensor(Scope scope, Expression expression, Func<TensorType?> expected) => Evaluate(scope, expression, null) switch
    {
        Operand.Pending pending => scope.Resolve(pending, expected() ?? throw new LoweringError("MOE2002", expression.Span, pending.Name)),
        Operand.Tensor tensor => tensor.Value,
        Operand.Number number => scope.Graph.Elementwise(number.Expression, [], "number"),
        _ => throw new InvalidOperationException(),
    };

    public static Operand Evaluate(Scope scope, Expression expression, string? name)
    {
        switch (expression)
        {
            case Expression.Local local:
                return scope.Find(local.Name);
            case Expression.Literal literal:
                return new Operand.Number(Scalar.Constant(literal.Value));
            case Expression.Integer integer:
                return new Operand.Number(Scalar.Extent(integer.Size));
            case Expression.Invoke invoke:
                List<Value> results = Invoke(scope, invoke, name);
                if (results.Count != 1)
                    throw new InvalidOperationException($"{invoke.Member} has {results.Count} results");
                return Named(scope, results[0], name);
            case Expression.Call call:
                try
                {
                    Operand result = TensorCalls.Lower(scope, call);
                    return result is Operand.Tensor { Value: var value } ? Named(scope, value, name) : result;
                }
                catch (ShapeError error)
                {
                    throw new LoweringError("MOE2001", call.Span, error.Message);
                }
            default:
                throw new InvalidOperationException($"{expression.GetType().Name} is no value");
        }
    }

    /// <summary>A value that a node has just made, under the name of the local that takes it; what was there before keeps its own.</summary>
    private static Operand Named(Scope scope, Value value, string? name) => new Operand.Tensor(
        name is not null && scope.Graph.Nodes.Count > 0 && scope.Graph.Nodes[scope.Graph.Nodes.Count - 1].Results.Contains(value) ? scope.Graph.Rename(value, name) : value);

    private static List<Value> Results(Scope scope, Expression expression) => expression is Expression.Invoke invoke
        ? Invoke(scope, invoke, null)
        : throw new InvalidOperationException($"{expression.GetType().Name} has one result");

    /// <summary>The Forward of a member.</summary>
    private static List<Value> Invoke(Scope scope, Expression.Invoke invoke, string? name)
    {
        bool isLayer = scope.Layers.TryGetValue(invoke.Member, out MemberSpec? member);
        member ??= scope.Module.Members.First(m => m.Name == invoke.Member);
        if (member.Child is { } child)
        {
            ModuleScope inner = new(scope, child)
            {
                Path = scope.Path + member.Name + (isLayer ? ".Stacked." : "."),
                Checkpoint = scope.Checkpoint + (member.Weights ?? (isLayer ? member.Name + ".{layer}" : member.Name)) + ".",
                IsFrozen = scope.IsFrozen || member.IsFrozen,
            };
            for (int i = 0; i < invoke.Arguments.Count; i++)
                inner.Locals[child.Forward!.Parameters[i].Name] = Evaluate(scope, invoke.Arguments[i], null);
            return Lower(inner, child.Forward!);
        }

        ModuleLowering lowering = ModuleLowerings.Of(member.Kind) ?? throw new InvalidOperationException($"no lowering for [{member.Kind}]");
        ModuleContext module = new DeclaredModule(scope, member);
        module = scope.Model.Spec.Lowered?.Of(module, member.Kind) ?? module;
        (string prefix, scope.Graph.Prefix) = (scope.Graph.Prefix, Naming.Camel(member.Name));
        try
        {
            EquatableArray<Value> inputs = invoke.Arguments.Select((e, i) => Tensor(scope, e, () => lowering.Expect(module, i))).ToEquatable();
            return [.. lowering.LowerAll(module, inputs)];
        }
        catch (ShapeError error)
        {
            throw new LoweringError("MOE2001", invoke.Span, $"`{member.Name}.Forward` {error.Message}");
        }
        finally
        {
            scope.Graph.Prefix = prefix;
        }
    }
}
