using MoECompiler.Tests.Training;
using MoECompiler.Training;
using Xunit;

namespace MoECompiler.Gpu.Tests.Training;

/// <summary>Optimizers on the device against the CPU, which has the same formula and tests of its own.</summary>
public class OptimizerTests
{
    private const double Tolerance = 1e-6;

    public static TheoryData<string> Optimizers => [.. SomeOptimizers.Wide, "groups"];

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Update_SomeSteps_AgreesWithTheCpu(string name)
    {
        using CpuDevice cpu = new(1);
        float[][] expected = Train(cpu, New(name));
        float[][] actual = Train(TestDevice.Instance, New(name));
        Assert.Equal(expected.Length, actual.Length);
        foreach ((float[] e, float[] a) in expected.Zip(actual))
        {
            for (int i = 0; i < e.Length; i++)
                Assert.Equal(e[i], a[i], Tolerance * (1 + Math.Abs(e[i])));
        }
    }

    /// <summary>Masters agree as values of 32 bits do; what is stored may then be rounded to neighbours.</summary>
    [Theory]
    [InlineData("adamw", ElementType.Float16, 1.0 / 1024)]
    [InlineData("lion", ElementType.BFloat16, 1.0 / 128)]
    [InlineData("nesterov", ElementType.Float16, 1.0 / 1024)]
    [InlineData("groups", ElementType.BFloat16, 1.0 / 128)]
    public void Update_OfStoredHalves_AgreesWithTheCpu(string name, ElementType type, double lastBit)
    {
        using CpuDevice cpu = new(1);
        (float[][] expected, float[][] actual) = (TrainNarrow(cpu, New(name), type), TrainNarrow(TestDevice.Instance, New(name), type));
        for (int k = 0; k < expected.Length; k++)
        {
            double tolerance = k < 3 ? lastBit : Tolerance;
            for (int i = 0; i < expected[k].Length; i++)
                Assert.Equal(expected[k][i], actual[k][i], tolerance * (1 + Math.Abs(expected[k][i])));
        }
    }

    public static TheoryData<string> InBytes => [.. SomeOptimizers.Dynamic];

    /// <summary>Values agree to the rounding of 32 bits in the first step; then an element that lies between two levels may have taken another.</summary>
    [Theory]
    [MemberData(nameof(InBytes))]
    public void Update_StateInBytes_AgreesWithTheCpu(string name)
    {
        using CpuDevice cpu = new(1);
        using VectorModel here = new(cpu, ("A", 16_384 + 300, false), ("B", 4_096, false)), there = new(TestDevice.Instance, ("A", 16_384 + 300, false), ("B", 4_096, false));
        Optimizer optimizer = New(name);
        using OptimizerState ofHere = new(optimizer, here), ofThere = new(optimizer, there);
        Random random = new(3), same = new(3);
        for (int step = 0; step < 3; step++)
        {
            here.Randomize(random);
            there.Randomize(same);
            ofHere.Update(optimizer.LearningRate, 0.5);
            ofThere.Update(optimizer.LearningRate, 0.5);
            foreach ((TrainedParameter h, TrainedParameter t) in ofHere.Trained.Zip(ofThere.Trained))
                Compare(h, t, step == 0 ? 0 : 0.002);
        }
    }

    /// <param name="here">On the CPU.</param>
    /// <param name="there">On the device.</param>
    /// <param name="share">Of the values that may be apart.</param>
    private static void Compare(TrainedParameter here, TrainedParameter there, double share)
    {
        (float[] expected, float[] actual) = (here.Parameter.Value.ToArray(), there.Parameter.Value.ToArray());
        int apart = expected.Zip(actual).Count(static pair => !(Math.Abs(pair.First - pair.Second) <= Tolerance * (1 + Math.Abs(pair.First))));
        Assert.InRange(apart, 0, share * expected.Length);
        foreach ((StateTensor h, StateTensor t) in here.State.Zip(there.State))
        {
            foreach ((float e, float a) in h.Scales.ToArray().Zip(t.Scales.ToArray()))
                Assert.Equal(e, a, 1e-3 * e);
            int other = h.Codes.ToArray().Zip(t.Codes.ToArray()).Count(static pair => pair.First != pair.Second);
            Assert.InRange(other, 0, 0.002 * h.Codes.Count);
        }
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Update_Twice_GivesTheSameBits(string name) =>
        Assert.Equal(Train(TestDevice.Instance, New(name)), Train(TestDevice.Instance, New(name)));

    public static TheoryData<string> Paged => ["momentum", "adamw", "adamw-8", "rmsprop-momentum-8", "groups"];

    /// <summary>Through a window of many pages, of parameters that begin and end within one: the bits, and the device's memory that it takes.</summary>
    [Theory]
    [MemberData(nameof(Paged))]
    public void Update_PagedState_GivesTheBitsOfUnpaged(string name)
    {
        GpuDevice gpu = TestDevice.Instance;
        StatePaging paging = new() { PageBytes = 1 << 20 };
        int large = TestDevice.IsSimulated ? 300_000 : 700_000;
        (float[] expected, long inside) = Run(null);
        (float[] found, long window) = Run(paging);
        Assert.Equal(expected, found);
        Assert.InRange(window, Math.Min(inside, 1 << 20), 1 << 20);

        (float[] Kept, long Bytes) Run(StatePaging? paged)
        {
            using VectorModel model = new(gpu, ("A", 5_000, false), ("B", large, false), ("C", 4_096 + 17, false));
            Optimizer optimizer = New(name, paged);
            long before = gpu.HeldBytes;
            using OptimizerState state = new(optimizer, model, new TrainerOptions { MaximumGradientValue = 1 });
            Assert.Equal(paged is null, state.PagedBytes == 0);
            Assert.InRange(gpu.HeldBytes - before - model.GradientBytes, state.Bytes, state.Bytes + (1 << 19));
            using ModelMetrics metrics = new(model);
            Random random = new(3);
            for (int step = 0; step < 2; step++)
            {
                model.Randomize(random);
                state.TryUpdate(optimizer.LearningRate, maximumNorm: 5, metrics);
            }
            return ([.. model.Parameters.SelectMany(static parameter => parameter.Value.ToArray()), .. SomeOptimizers.Kept(state)], state.Bytes);
        }
    }

    /// <summary>A bound of a gradient's elements, and what is pruned, on the device as on the CPU.</summary>
    [Theory]
    [InlineData(ElementType.Float32, Tolerance)]
    [InlineData(ElementType.Float16, 1.0 / 1024)]
    [InlineData(ElementType.BFloat16, 1.0 / 128)]
    public void Update_BoundedAndPruned_AgreesWithTheCpu(ElementType type, double tolerance)
    {
        using CpuDevice cpu = new(1);
        (float[] expected, float[] actual) = (Run(cpu), Run(TestDevice.Instance));
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], tolerance * (1 + Math.Abs(expected[i])));
        Assert.Equal(expected.Select(static value => value == 0), actual.Select(static value => value == 0));
        Assert.Equal(32 + 8_198, expected.Count(static value => value == 0));

        float[] Run(Device device)
        {
            using VectorModel model = new(device, type, ("A", 65, false), ("B", 16_384 + 12, false));
            using OptimizerState state = new(new AdamW { LearningRate = 0.01 }, model, new TrainerOptions
            {
                MaximumGradientValue = 0.3,
                Pruning = new GradualPruning { Sparsity = 0.5, Weights = ParameterGroup.Named("*") },
            });
            Random random = new(1);
            model.Randomize(random);
            for (int step = 0; step < 3; step++)
            {
                state.BeginStep();
                state.Update(0.01);
            }
            return [.. model.Parameters.SelectMany(static parameter => parameter.Stored.ToArray())];
        }
    }

    /// <summary>A direction has the same numbers on every device, to the rounding of its logarithm.</summary>
    [Theory]
    [InlineData(ElementType.Float32, 2e-6)]
    [InlineData(ElementType.Float16, 1.0 / 1024)]
    [InlineData(ElementType.BFloat16, 1.0 / 128)]
    public void Perturb_ThreeMoves_AgreeWithTheCpu(ElementType type, double tolerance)
    {
        using CpuDevice cpu = new(1);
        float[][] expected = Perturb(cpu, type), actual = Perturb(TestDevice.Instance, type);
        foreach ((float[] e, float[] a) in expected.Zip(actual))
        {
            for (int i = 0; i < e.Length; i++)
                Assert.Equal(e[i], a[i], tolerance * (1 + Math.Abs(e[i])));
        }
    }

    [Theory]
    [InlineData(StateFormat.Float32)]
    [InlineData(StateFormat.Dynamic8)]
    public void FrozenExperts_OfAStackedLayer_StayWithWhatIsRememberedOfThem(StateFormat format) => FrozenExpertsCheck.Stay(TestDevice.Instance, format);

    [Fact]
    public void Accumulate_TwoBatches_AgreesWithTheCpu()
    {
        using CpuDevice cpu = new(1);
        foreach ((float[] e, float[] a) in Accumulate(cpu).Zip(Accumulate(TestDevice.Instance)))
        {
            for (int i = 0; i < e.Length; i++)
                Assert.Equal(e[i], a[i], Tolerance);
        }

        static List<float[]> Accumulate(Device device)
        {
            using VectorModel model = NewModel(device);
            using OptimizerState state = new(new Sgd(), model, new TrainerOptions { AccumulatedBatches = 2 });
            Random random = new(7);
            model.Randomize(random);
            state.Accumulate(0, 3, isLast: false);
            model.Randomize(random);
            state.Accumulate(3, 5, isLast: true);
            return [.. state.TrainedParameters.Select(static parameter => parameter.Gradient.ToArray())];
        }
    }

    /// <summary>What is divided by a scale is bounded, and told, without it.</summary>
    [Fact]
    public void TryUpdate_OfAScaledLoss_IsThatOfOneWithout()
    {
        (double norm, float[] expected) = Run(scale: 1);
        (double scaledNorm, float[] actual) = Run(scale: 1024);
        Assert.Equal(norm, scaledNorm, 1e-5 * norm);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], Tolerance);

        static (double Norm, float[] Values) Run(int scale)
        {
            using VectorModel model = NewModel(TestDevice.Instance);
            using OptimizerState state = new(new Sgd(), model);
            model.Randomize(new Random(7));
            foreach (Parameter parameter in state.TrainedParameters)
                parameter.Gradient.CopyFrom(Array.ConvertAll(parameter.Gradient.ToArray(), gradient => gradient * scale));
            using ModelMetrics metrics = new(model);
            (double norm, bool isMade) = state.TryUpdate(0.5, maximumNorm: 3, metrics, scale);
            Assert.True(isMade);
            return (norm, [.. model.Parameters.SelectMany(static parameter => parameter.Value.ToArray())]);
        }
    }

    /// <summary>The gradients that are kept are those of a whole backward pass, whatever is written over the others.</summary>
    [Fact]
    public void HalfFineTuning_KeptGradients_AreThoseOfAWholePass()
    {
        GpuDevice gpu = TestDevice.Instance;
        using WideModel whole = new(new WideModelSizes { Width = 8 }, gpu), half = new(new WideModelSizes { Width = 8 }, gpu);
        whole.Initialize(1);
        half.Initialize(1);
        whole.AllocateGradients();
        View<float> x = gpu.New<float>(5, 8), target = gpu.New<float>(5, 8), metrics = gpu.New<float>(1);
        for (int i = 0; i < 40; i++)
            (x.Span[i], target.Span[i]) = (MathF.Sin(i), MathF.Cos(i));
        whole.Backward(x, target, default, metrics);
        for (long round = 0; round < 3; round++)
        {
            HashSet<Parameter> kept = [.. new HalfFineTuning { RoundSteps = 1 }.Choose(half.Parameters, round)];
            half.AllocateGradients(kept);
            half.Backward(x, target, default, metrics);
            foreach (Parameter parameter in kept)
                Assert.Equal(whole.Parameters[parameter.Index].Gradient.ToArray(), parameter.Gradient.ToArray());
        }
    }

    [Fact]
    public void Update_FrozenGroup_StaysAsItWas()
    {
        using VectorModel model = NewModel(TestDevice.Instance);
        model.Randomize(new Random(1));
        float[] frozen = model["B"].Value.ToArray();
        float[] trained = model["A"].Value.ToArray();
        using OptimizerState state = new(new Sgd { LearningRate = 1, Groups = [ParameterGroup.Named("B") with { IsFrozen = true }] }, model);
        state.Update(1);
        Assert.Equal(frozen, model["B"].Value.ToArray());
        Assert.NotEqual(trained, model["A"].Value.ToArray());
    }

    [Fact]
    public void Update_AfterTheFirst_AllocatesNothingAndDoesNotWait()
    {
        GpuDevice gpu = TestDevice.Instance;
        using VectorModel model = NewModel(gpu);
        model.Randomize(new Random(1));
        using OptimizerState state = new(New("groups"), model);
        for (int i = 0; i < 3; i++)
            state.Update(1e-3);
        (long waits, long launches) = (gpu.Synchronizations, gpu.Launches);
        long before = GC.GetAllocatedBytesForCurrentThread();
        state.Update(1e-3);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(waits, gpu.Synchronizations);
        Assert.Equal(launches + 2, gpu.Launches);
        if (!TestDevice.IsSimulated)
            Assert.Equal(0, allocated);
    }

    private static Optimizer New(string name, StatePaging? paging = null) => name != "groups" ? SomeOptimizers.New(name, paging) : new AdamW
    {
        LearningRate = 0.01,
        Paging = paging,
        Groups = [ParameterGroup.Named("B") with { WeightDecay = 0, LearningRateFactor = 0.5 }],
    };

    /// <summary>The values after each move.</summary>
    private static float[][] Perturb(Device device, ElementType type)
    {
        using VectorModel model = new(device, type, ("A", 3, false), ("B", 65, false), ("C", 16_384 + 19, false));
        model.Randomize(new Random(1));
        using OptimizerState state = new(new MeZo { WeightDecay = 0.1 }, model);
        RandomState random = new(5, 6);
        List<float[]> values = [];
        foreach (Perturbation move in (Perturbation[])
            [new(random, 0, 0.25f), new(random, 0.25f, -0.25f), new(random, -0.25f, 0) { Slope = 2, LearningRate = 0.3 }])
        {
            state.Perturb(move);
            values.AddRange(model.Parameters.Select(static parameter => parameter.Stored.ToArray()));
        }
        return [.. values];
    }

    /// <summary>Parameters around a group's and a chunk's size, a frozen one among them.</summary>
    private static VectorModel NewModel(Device device) => new(device, ("A", 1, false), ("B", 65, false), ("Frozen", 9, true), ("C", 16_384 + 17, false));

    /// <summary>Five steps of one gradient: the three values at the end, then masters and what else is kept.</summary>
    private static float[][] TrainNarrow(Device device, Optimizer optimizer, ElementType type)
    {
        using VectorModel model = new(device, type, ("A", 1, false), ("B", 65, false), ("C", 16_384 + 17, false));
        using OptimizerState state = new(optimizer, model);
        model.Randomize(new Random(1));
        for (int step = 0; step < 5; step++)
            state.Update(optimizer.LearningRate, 0.5);
        return [.. model.Parameters.Select(static p => p.Stored.ToArray()), .. state.Trained.SelectMany(static item => item.Kept).Select(static kept => kept.Value.ToArray())];
    }

    /// <summary>Five steps of random gradients: the parameters at the end, and what the optimizer remembers.</summary>
    private static float[][] Train(Device device, Optimizer optimizer)
    {
        using VectorModel model = NewModel(device);
        using OptimizerState state = new(optimizer, model);
        Random random = new(1);
        model.Randomize(random);
        float[][] values = [.. model.Parameters.Select(static parameter => parameter.Value.ToArray())];
        for (int step = 0; step < 5; step++)
        {
            // Only the gradients are new in each step.
            foreach ((Parameter parameter, float[] value) in model.Parameters.Zip(values))
                parameter.Value.CopyFrom(value);
            state.Update(optimizer.LearningRate, 0.5);
            values = [.. model.Parameters.Select(static parameter => parameter.Value.ToArray())];
            model.Randomize(random);
        }
        return [.. values, .. state.Trained.SelectMany(static item => item.State).Select(static kind => kind.Value.ToArray())];
    }
}
