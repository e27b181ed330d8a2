using MoECompiler.Data;
using Xunit;

namespace MoECompiler.Tests.Models;

/// <summary>Compiled models, forward and backward, against the graphs that they were declared as.</summary>
public class CompiledModelTests
{
    private static readonly ModelCheck<RoutedModel> s_routed = new(
        static device => new RoutedModel(device),
        static (random, rows) => Batch(
            ("features", Floats(random, rows, 11)), ("labels", Integers(random, 3, rows))));

    private static readonly ModelCheck<LayeredModel> s_layered = new(
        static device => new LayeredModel(device),
        static (random, rows) => Batch(("tokens", Integers(random, 17, rows, 5)), ("next", Integers(random, 17, rows, 5))));

    private static readonly ModelCheck<PictureModel> s_picture = new(
        static device => new PictureModel(device),
        static (random, rows) => Batch(("pixels", Floats(random, rows, 6, 6, 2)), ("targets", Floats(random, rows, 4))));

    private static readonly ModelCheck<TwoTaskModel> s_twoTask = new(
        static device => new TwoTaskModel(device),
        static (random, rows) => Batch(
            ("features", Floats(random, rows, 7)), ("target", Floats(random, rows, 1)), ("label", Integers(random, 2, rows))));

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    [InlineData(37)]
    public void CompiledModel_ForwardAndGradients_AreTheReference(int rows)
    {
        for (int seed = 1; seed <= 3; seed++)
        {
            s_routed.AgainstReference(static m => m.Reference, rows, seed);
            s_layered.AgainstReference(static m => m.Reference, rows, seed);
            s_picture.AgainstReference(static m => m.Reference, rows, seed);
            s_twoTask.AgainstReference(static m => m.Reference, rows, seed);
        }
    }

    [Fact]
    public void CompiledModel_OneOrTwoThreads_GivesTheSameBits()
    {
        Assert.Equal(s_routed.Step(1, 33, 5), s_routed.Step(2, 33, 5));
        Assert.Equal(s_layered.Step(1, 33, 5), s_layered.Step(2, 33, 5));
        Assert.Equal(s_picture.Step(1, 33, 5), s_picture.Step(2, 33, 5));
        Assert.Equal(s_twoTask.Step(1, 33, 5), s_twoTask.Step(2, 33, 5));
    }

    [Fact]
    public void CompiledModel_AfterTheFirstStep_AllocatesNothing()
    {
        Assert.Equal(0, s_routed.AllocatedBytes(16));
        Assert.Equal(0, s_layered.AllocatedBytes(16));
        Assert.Equal(0, s_picture.AllocatedBytes(16));
        Assert.Equal(0, s_twoTask.AllocatedBytes(16));
    }

    [Fact]
    public void CompiledModel_OtherSizes_AreBound()
    {
        ModelCheck<LayeredModel> small = new(
            static device => new LayeredModel(new LayeredModelSizes { Width = 4, Depth = 1, Experts = 3, Vocabulary = 6 }, device),
            static (random, rows) => Batch(("tokens", Integers(random, 6, rows, 2)), ("next", Integers(random, 6, rows, 2))));
        small.AgainstReference(static m => m.Reference, rows: 4, seed: 9);
    }

    private static Batch Batch(params (string Name, Array Elements)[] columns)
    {
        Device device = s_device;
        Batch batch = new();
        foreach ((string name, Array elements) in columns)
        {
            int[] extents = [.. Enumerable.Range(0, elements.Rank).Select(elements.GetLength)];
            if (elements is int[] or int[,])
                batch.Set(name, device.Upload<int>(elements.Cast<int>().ToArray(), extents));
            else
                batch.Set(name, device.Upload<float>(elements.Cast<float>().ToArray(), extents));
        }
        return batch;
    }

    private static readonly CpuDevice s_device = new(1);

    private static Array Floats(Random random, params int[] extents)
    {
        Array array = Array.CreateInstance(typeof(float), extents);
        int[] index = new int[extents.Length];
        for (long i = 0; i < array.LongLength; i++)
        {
            long rest = i;
            for (int axis = extents.Length - 1; axis >= 0; axis--)
            {
                index[axis] = (int)(rest % extents[axis]);
                rest /= extents[axis];
            }
            array.SetValue((float)(2 * random.NextDouble() - 1), index);
        }
        return array;
    }

    private static Array Integers(Random random, int bound, params int[] extents)
    {
        Array array = Array.CreateInstance(typeof(int), extents);
        for (int row = 0; row < extents[0]; row++)
        {
            if (extents.Length == 1)
                array.SetValue(random.Next(bound), row);
            else
                for (int column = 0; column < extents[1]; column++)
                    array.SetValue(random.Next(bound), row, column);
        }
        return array;
    }
}
