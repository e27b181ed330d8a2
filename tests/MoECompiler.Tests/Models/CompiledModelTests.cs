using MoECompiler.Data;
using Xunit;

namespace MoECompiler.Tests.Models;

/// <summary>Compiled models, forward and backward, against the graphs that they were declared as.</summary>
public class CompiledModelTests
{
    internal static readonly ModelCheck<RoutedModel> Routed = new(
        static device => new RoutedModel(device),
        static (random, rows) => Batch(
            ("features", Floats(random, rows, 11)), ("labels", Integers(random, 3, rows))));

    internal static readonly ModelCheck<LayeredModel> Layered = new(
        static device => new LayeredModel(device),
        static (random, rows) => Batch(("tokens", Integers(random, 17, rows, 5)), ("next", Integers(random, 17, rows, 5))));

    internal static readonly ModelCheck<PictureModel> Picture = new(
        static device => new PictureModel(device),
        static (random, rows) => Batch(("pixels", Floats(random, rows, 6, 6, 2)), ("targets", Floats(random, rows, 4))));

    internal static readonly ModelCheck<TwoTaskModel> TwoTask = new(
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
            Routed.AgainstReference(static m => m.Reference, rows, seed);
            Layered.AgainstReference(static m => m.Reference, rows, seed);
            Picture.AgainstReference(static m => m.Reference, rows, seed);
            TwoTask.AgainstReference(static m => m.Reference, rows, seed);
        }
    }

    [Fact]
    public void CompiledModel_OneOrTwoThreads_GivesTheSameBits()
    {
        Assert.Equal(Routed.Step(1, 33, 5), Routed.Step(2, 33, 5));
        Assert.Equal(Layered.Step(1, 33, 5), Layered.Step(2, 33, 5));
        Assert.Equal(Picture.Step(1, 33, 5), Picture.Step(2, 33, 5));
        Assert.Equal(TwoTask.Step(1, 33, 5), TwoTask.Step(2, 33, 5));
    }

    [Fact]
    public void CompiledModel_OtherSizes_AreBound()
    {
        ModelCheck<LayeredModel> small = new(
            static device => new LayeredModel(new LayeredModelSizes { Width = 4, Depth = 1, Experts = 3, Vocabulary = 6 }, device),
            static (random, rows) => Batch(("tokens", Integers(random, 6, rows, 2)), ("next", Integers(random, 6, rows, 2))));
        small.AgainstReference(static m => m.Reference, rows: 4, seed: 9);
    }

    internal static Batch Batch(params (string Name, Array Elements)[] columns)
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

    internal static Array Floats(Random random, params int[] extents)
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

    internal static Array Integers(Random random, int bound, params int[] extents)
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
