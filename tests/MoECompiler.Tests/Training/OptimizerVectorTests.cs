using MoECompiler.Checkpoints;
using MoECompiler.Training;
using Xunit;

namespace MoECompiler.Tests.Training;

/// <summary>Optimizers against PyTorch's after each of 25 steps; see <c>Vectors/optimizers.py</c>.</summary>
public class OptimizerVectorTests
{
    private const double Tolerance = 2e-6;

    public static TheoryData<string> Names => [.. SomeOptimizers.Wide.Except(["lion"])];

    [Theory]
    [MemberData(nameof(Names))]
    public void Update_EachStep_AgreesWithPyTorch(string name)
    {
        using Checkpoint vectors = Checkpoint.Open(Path.Combine(AppContext.BaseDirectory, "Training", "Vectors", "optimizers.safetensors"));
        (float[] start, float[] gradients, float[] expected) = (Read(vectors, "start"), Read(vectors, "gradients"), Read(vectors, name));
        int count = start.Length;
        using CpuDevice device = new(2);
        using VectorModel model = new(device, ("Weight", count, false));
        Optimizer optimizer = SomeOptimizers.New(name);
        using OptimizerState state = new(optimizer, model);
        start.CopyTo(model["Weight"].Value.Span);
        for (int step = 0; step < gradients.Length / count; step++)
        {
            gradients.AsSpan(step * count, count).CopyTo(model["Weight"].Gradient.Span);
            state.Update(optimizer.LearningRate);
            for (int i = 0; i < count; i++)
                Assert.Equal(expected[step * count + i], model["Weight"].Value.Span[i], Tolerance * Math.Max(1, Math.Abs(expected[step * count + i])));
        }
    }

    private static float[] Read(Checkpoint file, string name)
    {
        float[] elements = new float[file.Find(name)!.Count];
        file.Read(name, elements);
        return elements;
    }
}
