using MoECompiler.Data;

namespace MoECompiler.Tests.Models;

/// <summary>Models of every kind of layer and of odd sizes, each with what makes batches for it.</summary>
internal static class TestModels
{
    internal static readonly ModelCheck<RoutedModel> Routed = new(
        static device => new RoutedModel(device),
        static (random, rows) => Batch(
            ("features", Floats(random, rows, 11)), ("labels", Integers(random, 3, rows))));

    internal static readonly ModelCheck<JudgedModel> Judged = new(
        static device => new JudgedModel(device),
        static (random, rows) => Batch(("features", Floats(random, rows, 7)), ("labels", Integers(random, 3, rows))),
        prepare: static (model, seed) => Vary(model, seed));

    internal static readonly ModelCheck<ChosenModel> Chosen = new(
        static device => new ChosenModel(device),
        static (random, rows) => Batch(("features", Floats(random, rows, 7)), ("labels", Integers(random, 3, rows))),
        prepare: static (model, seed) => Vary(model, seed));

    internal static readonly ModelCheck<ToldModel> Told = new(
        static device => new ToldModel(device),
        static (random, rows) => Batch(("tokens", Integers(random, 11, rows, 5)), ("tasks", Integers(random, ToldModel.Tasks, rows)), ("labels", Integers(random, 3, rows, 5))),
        prepare: static (model, seed) =>
        {
            Vary(model, seed);
            model.Masked.Mask!.Value.CopyFrom(ExpertMask.ByFrequency([4, 0, 9, 1, 7, 7, 2, 3, 0, 1, 5], ToldModel.Experts, 0.6, seed: (ulong)seed));
        });

    internal static readonly ModelCheck<SoftGateModel> SoftGate = new(
        static device => new SoftGateModel(device),
        static (random, rows) => Batch(("features", Floats(random, rows, 5)), ("target", Floats(random, rows, 5))),
        prepare: static (model, _) => model.Phase = EvolutionPhase.Dense);

    /// <summary>In one of its phases.</summary>
    internal static ModelCheck<EvolvedModel> Evolved(EvolutionPhase phase) => new(
        static device => new EvolvedModel(device),
        static (random, rows) => Batch(("features", Floats(random, rows, 7)), ("labels", Integers(random, 3, rows))),
        prepare: (model, seed) =>
        {
            Vary(model, seed);
            model.Phase = phase;
        });

    /// <summary>In one of its phases.</summary>
    internal static ModelCheck<StableModel> Stable(EvolutionPhase phase) => new(
        static device => new StableModel(device),
        static (random, rows) => Batch(("tokens", Integers(random, StableModel.Vocabulary, rows, 5)), ("labels", Integers(random, 3, rows, 5))),
        prepare: (model, seed) =>
        {
            Vary(model, seed);
            model.Phase = phase;
        });

    /// <summary>In one of its phases.</summary>
    internal static ModelCheck<StableSoloModel> StableSolo(EvolutionPhase phase) => new(
        static device => new StableSoloModel(device),
        static (random, rows) => Batch(
            ("ids", Integers(random, StableSoloModel.Ids, rows)), ("x", Floats(random, rows, StableSoloModel.Width)), ("target", Floats(random, rows, StableSoloModel.Width))),
        prepare: (model, _) => model.Phase = phase);

    internal static readonly ModelCheck<MemoryModel> Memory = new(
        static device => new MemoryModel(device),
        static (random, rows) => Batch(("ids", Integers(random, MemoryModel.Ids, rows)), ("label", Integers(random, MemoryModel.Classes, rows))),
        prepare: static (model, seed) => Vary(model, seed));

    internal static readonly ModelCheck<SecondModel> Second = new(
        static device => new SecondModel(device),
        static (random, rows) => Batch(("x", Floats(random, rows, 6)), ("target", Floats(random, rows, 6))));

    internal static readonly ModelCheck<GrownModel> Grown = new(
        static device => new GrownModel(device),
        static (random, rows) => Batch(("features", Floats(random, rows, 4, 5)), ("target", Floats(random, rows, 4, GrownModel.Width))));

    internal static readonly ModelCheck<SoftModel> Soft = new(
        static device => new SoftModel(device),
        static (random, rows) => Batch(("features", Floats(random, rows, 4, 5)), ("target", Floats(random, rows, 4, 4))),
        prepare: static (model, seed) => Vary(model, seed));

    /// <summary>Bells are not so narrow that the last bit of a distance is much; of each five points three are known.</summary>
    internal static readonly ModelCheck<SpatialModel> Spatial = new(
        static device => new SpatialModel(device),
        static (random, rows) => Batch(
            ("features", Floats(random, rows, 5, 5)), ("coordinates", Floats(random, rows, 5, 3)), ("known", Inside(rows, 5)),
            ("target", Floats(random, rows, 5, 5)), ("noise", Floats(random, rows, 5, 3))),
        prepare: static (model, _) => model.Structure.Deviations.Value.CopyFrom([.. model.Structure.Deviations.Value.ToArray().Select(static s => s + 0.5f)]));

    internal static readonly ModelCheck<LevelsModel> Levels = new(
        static device => new LevelsModel(device),
        static (random, rows) => Batch(("features", Floats(random, rows, 6)), ("target", Floats(random, rows, 4))));

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

    internal static readonly ModelCheck<AttentiveModel> Attentive = new(
        static device => new AttentiveModel(device),
        static (random, rows) => Batch(
            ("tokens", Integers(random, 13, rows, AttentiveModel.Places)), ("lengths", Integers(random, AttentiveModel.Places + 1, rows)),
            ("next", Integers(random, 13, rows, AttentiveModel.Places))));

    internal static readonly ModelCheck<ExpertsModel> Experts = new(
        static device => new ExpertsModel(device),
        static (random, rows) => Batch(("pixels", Floats(random, rows, 6, 6, 2)), ("targets", Floats(random, rows, 4))),
        prepare: static (model, seed) => Vary(model, seed));

    /// <summary>Logits are small, so that labels have probabilities between 0 and 1: log-probabilities of the old policy and the reference too.</summary>
    internal static readonly ModelCheck<LossModel> Losses = new(
        static device => new LossModel(device),
        static (random, rows) => Batch(
            ("x", Floats(random, rows, 6)), ("labels", Integers(random, 5, rows)), ("others", Integers(random, 5, rows)), ("weights", Floats(random, rows)),
            ("reference", Logarithms(random, rows)), ("referenceOthers", Logarithms(random, rows)), ("advantages", Floats(random, rows)),
            ("old", Logarithms(random, rows)), ("oldValues", Floats(random, rows)), ("returns", Floats(random, rows)),
            ("referenceLogits", Floats(random, rows, 5))));

    internal static readonly ModelCheck<BrainModel> Brain = new(
        static device => new BrainModel(device),
        static (random, rows) => Batch(("tokens", Integers(random, 17, rows, 5)), ("next", Integers(random, 17, rows, 5))),
        tolerance: ModelCheck.BFloat16Tolerance);

    internal static readonly ModelCheck<HalfModel> Half = new(
        static device => new HalfModel(device),
        static (random, rows) => Batch(("pixels", Floats(random, rows, 6, 6, 2)), ("targets", Floats(random, rows, 4))),
        tolerance: ModelCheck.HalfTolerance);

    /// <summary>Weights that a new model has as equal numbers get different ones: what they do would not show.</summary>
    private static void Vary(Model model, int seed)
    {
        Random random = new(seed);
        foreach (Parameter parameter in model.Parameters.Where(static p => p.Initializer.Distribution == ParameterDistribution.Constant))
            parameter.Value.CopyFrom([.. parameter.Value.ToArray().Select(number => number + 0.3f * (random.NextSingle() - 0.5f))]);
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

    /// <summary>1, but 0 in the first and the last column.</summary>
    private static float[,] Inside(int rows, int columns)
    {
        float[,] inside = new float[rows, columns];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 1; column < columns - 1; column++)
                inside[row, column] = 1;
        }
        return inside;
    }

    /// <summary>Of numbers from 0.1 to 0.4: probabilities of one of five.</summary>
    private static Array Logarithms(Random random, int rows)
        => Enumerable.Range(0, rows).Select(_ => MathF.Log(0.1f + 0.3f * random.NextSingle())).ToArray();

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
