using System.Reflection;
using MoECompiler.Graphs;
using MoECompiler.Reference;
using Xunit;

namespace MoECompiler.Tests.Ops;

/// <summary>Nothing is forgotten: every op has a definition, and a class of tests with its name or that says it is about it.</summary>
public class OpCoverageTests
{
    private static readonly Type[] s_ops = [.. typeof(Op).Assembly.GetTypes().Where(static t => t.IsSubclassOf(typeof(Op)) && !t.IsAbstract)];

    [Fact]
    public void EveryOp_HasADefinition() =>
        Assert.Empty(s_ops.Where(static op => !op.IsAssignableTo(typeof(IReference))).Select(static op => op.Name));

    [Fact]
    public void EveryOp_HasTests()
    {
        Type[] classes = [.. typeof(OpTest).Assembly.GetTypes().Where(static t => t.GetMethods().Any(static m => m.IsDefined(typeof(FactAttribute), inherit: true)))];
        HashSet<string> named = [.. classes.Select(static t => t.Name)];
        HashSet<Type> told = [.. classes.SelectMany(static t => t.GetCustomAttribute<TestsAttribute>()?.Ops ?? [])];
        Assert.Empty(s_ops.Where(op => !named.Contains($"{op.Name}Tests") && !told.Contains(op)).Select(static op => op.Name));
    }

    [Fact]
    public void Ops_AreFound() => Assert.Contains(typeof(MoECompiler.Ops.Softmax), s_ops);
}
