using MoECompiler.Tests.Support;
using MoECompiler.Training;
using Xunit;

namespace MoECompiler.Tests.Training;

/// <summary>The 32-bit copies of parameters that are stored in 16 bits.</summary>
public sealed class MasterTests : IDisposable
{
    private readonly CpuDevice _device = new(2);
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
        _device.Dispose();
    }

    public static TheoryData<string, ElementType> Kinds
    {
        get
        {
            TheoryData<string, ElementType> kinds = new() { { "adamw", ElementType.Float16 }, { "nesterov", ElementType.Float16 } };
            foreach (string name in SomeOptimizers.Wide.Concat(SomeOptimizers.Dynamic))
                kinds.Add(name, ElementType.BFloat16);
            return kinds;
        }
    }

    /// <summary>The copy takes the steps of a parameter of 32 bits, bit for bit, and what is stored is the copy rounded.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void Update_ManySmallSteps_IsThatOfAWideParameterRounded(string name, ElementType type)
    {
        using VectorModel wide = NewModel(ElementType.Float32), narrow = NewModel(type);
        narrow.Randomize(new Random(3));
        foreach ((Parameter w, Parameter n) in wide.Parameters.Zip(narrow.Parameters))
            w.Value.CopyFrom(n.Stored.ToArray());
        using OptimizerState ofWide = new(SomeOptimizers.New(name), wide), ofNarrow = new(SomeOptimizers.New(name), narrow);
        Random random = new(4);
        for (int step = 0; step < 40; step++)
        {
            SetGradients(random, wide, narrow);
            ofWide.Update(1e-4);
            ofNarrow.Update(1e-4);
        }
        foreach ((Parameter w, TrainedParameter n) in wide.Parameters.Zip(ofNarrow.Trained))
        {
            Assert.Equal(w.Value.ToArray(), n.Master.ToArray());
            FloatView rounded = type == ElementType.Float16 ? _device.New<Half>((int)w.Count) : _device.New<BFloat16>((int)w.Count);
            rounded.CopyFrom(w.Value.ToArray());
            Assert.Equal(rounded.ToArray(), n.Parameter.Stored.ToArray());
        }
    }

    [Fact]
    public void Update_AfterWeightsWereSet_StartsFromThem()
    {
        using VectorModel model = NewModel(ElementType.BFloat16);
        model.Randomize(new Random(3));
        using OptimizerState state = new(new Sgd(), model);
        state.Update(0.1);
        float[] set = [.. Enumerable.Range(0, 37).Select(static i => (float)(BFloat16)(i - 7.7f))];
        model["A"].Stored.CopyFrom(set);
        model["A"].Gradient.CopyFrom(new float[37]);
        model["B"].Gradient.CopyFrom(new float[4_097]);
        float[] kept = state.Trained[1].Master.ToArray();
        state.Update(0.1);
        Assert.Equal(set, state.Trained[0].Master.ToArray());
        Assert.Equal(set, model["A"].Stored.ToArray());
        Assert.Equal(kept, state.Trained[1].Master.ToArray());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Resume_FromACheckpoint_EndsWithTheSameBits(string name, ElementType type)
    {
        float[] expected = Train(name, type, interruption: 0);
        Assert.Equal(expected, Train(name, type, interruption: 1));
        Assert.Equal(expected, Train(name, type, interruption: 6));
    }

    private float[] Train(string name, ElementType type, int interruption)
    {
        string path = _folder.File("training");
        VectorModel model = NewModel(type);
        model.Randomize(new Random(8));
        OptimizerState state = new(SomeOptimizers.New(name), model);
        Random random = new(9);
        for (int step = 0; step < 12; step++)
        {
            if (step == interruption && step > 0)
            {
                new TrainerCheckpoint(model, SomeOptimizers.New(name), state, new TrainerOptions { Seed = 1 }).Save(path, data: null);
                state.Dispose();
                model.Dispose();
                model = NewModel(type);
                state = new OptimizerState(SomeOptimizers.New(name), model);
                new TrainerCheckpoint(model, SomeOptimizers.New(name), state, new TrainerOptions { Seed = 1 }).Load(path);
            }
            SetGradients(random, model);
            state.Update(1e-3);
        }
        float[] bits = [.. model.Parameters.SelectMany(static p => p.Stored.ToArray()), .. SomeOptimizers.Kept(state)];
        state.Dispose();
        model.Dispose();
        return bits;
    }

    private VectorModel NewModel(ElementType type) => new(_device, type, ("A", 37, false), ("B", 4_097, false));

    private static void SetGradients(Random random, params ReadOnlySpan<VectorModel> models)
    {
        for (int i = 0; i < models[0].Parameters.Count; i++)
        {
            float[] gradient = [.. Enumerable.Range(0, (int)models[0].Parameters[i].Count).Select(_ => random.NextSingle() - 0.5f)];
            foreach (VectorModel model in models)
            {
                model.AllocateGradients();
                model.Parameters[i].Gradient.CopyFrom(gradient);
            }
        }
    }
}
