using MoECompiler.Data;
using MoECompiler.Tests.Models;
using MoECompiler.Training;
using Xunit;

namespace MoECompiler.Tests.Training;

/// <summary>What freezing experts of stacked layers is, on any device.</summary>
internal static class FrozenExpertsCheck
{
    /// <summary>Some experts of all matrices of each repeated layer, and their rows of the router, with weight decay: to the bit what they were.</summary>
    public static void Stay(Device device, StateFormat format)
    {
        // Of a width whose experts are whole blocks of what is remembered in 8 bits.
        LayeredModelSizes sizes = new() { Width = 16 };
        using LayeredModel model = new(sizes, device);
        model.Initialize(2);
        model.AllocateGradients();
        int[] frozen = [0, sizes.Experts - 1];
        ParameterGroup old = ParameterGroup.Named("*.Mlp.*") with { FrozenExperts = frozen };
        using OptimizerState state = new(new AdamW { WeightDecay = 0.1, Groups = [old], StateFormat = format }, model);
        Dictionary<string, float[]> before = model.Parameters.ToDictionary(static p => p.Path, static p => p.Stored.ToArray());
        Random random = new(4);
        View<float> metrics = device.New<float>(model.Metrics.Sum(static m => m.Count));
        for (int step = 0; step < 3; step++)
        {
            model.Backward(
                TestModels.Batch(("tokens", TestModels.Integers(random, 17, 4, 5)), ("next", TestModels.Integers(random, 17, 4, 5))), new RandomState(1, step), metrics);
            state.Update(0.05);
        }
        Parameter[] members = [.. model.Parameters.Where(old.Contains)];
        Assert.NotEmpty(members);
        foreach (Parameter parameter in members)
        {
            float[] now = parameter.Stored.ToArray(), then = before[parameter.Path];
            int experts = sizes.Experts, slice = now.Length / sizes.Depth / experts;
            float[][] remembered = [.. state.Trained.Single(item => item.Parameter == parameter).State.Select(static tensor => tensor.ToArray())];
            for (int i = 0; i < now.Length; i++)
            {
                if (!frozen.Contains(i / slice % experts))
                    continue;
                Assert.Equal(then[i], now[i]);
                Assert.All(remembered, kept => Assert.Equal(0, kept[i]));
            }
            for (int slot = 0; slot < sizes.Depth * experts; slot++)
            {
                if (!frozen.Contains(slot % experts))
                    Assert.NotEqual(then.AsSpan(slot * slice, slice).ToArray(), now.AsSpan(slot * slice, slice).ToArray());
            }
        }
    }
}
