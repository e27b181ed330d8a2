using MoECompiler.Ops;

namespace MoECompiler.Training;

/// <summary>What a group does of a move along a random direction: a chunk's elements, four at a time as they share a counter.</summary>
internal static class PerturbKernels
{
    public static void PerturbChunk(
        ArrayView<UpdateChunk> chunks, ArrayView<float> values, ArrayView<float> states, GpuPhilox random, Perturbation.Formula<ScalarLane> formula, int isFirst)
    {
        UpdateChunk chunk = chunks[Grid.IdxX];
        for (long i = 4L * Group.IdxX; i < chunk.Count; i += 4L * Group.DimX)
        {
            Directions(random, chunk, i, out float a, out float b, out float c, out float d);
            Move(values, chunk, i, a, formula);
            Move(values, chunk, i + 1, b, formula);
            Move(values, chunk, i + 2, c, formula);
            Move(values, chunk, i + 3, d, formula);
        }
    }

    /// <summary>The same for a parameter that is stored in 16 bits: its master stays where the parameter is, and what is stored moves.</summary>
    /// <param name="isFirst">1 if what is stored has not been moved.</param>
    public static void PerturbNarrowChunk<T>(
        ArrayView<UpdateChunk> chunks, ArrayView<float> values, ArrayView<float> states, GpuPhilox random, Perturbation.Formula<ScalarLane> formula, int isFirst)
        where T : struct, INarrowFloat
    {
        UpdateChunk chunk = chunks[Grid.IdxX];
        for (long i = 4L * Group.IdxX; i < chunk.Count; i += 4L * Group.DimX)
        {
            Directions(random, chunk, i, out float a, out float b, out float c, out float d);
            MoveNarrow<T>(values, states, chunk, i, a, formula, isFirst);
            MoveNarrow<T>(values, states, chunk, i + 1, b, formula, isFirst);
            MoveNarrow<T>(values, states, chunk, i + 2, c, formula, isFirst);
            MoveNarrow<T>(values, states, chunk, i + 3, d, formula, isFirst);
        }
    }

    private static void Directions(GpuPhilox random, UpdateChunk chunk, long i, out float a, out float b, out float c, out float d)
    {
        (uint x, uint y, uint z, uint w) = random.Words((uint)(chunk.First + i >> 2), (int)chunk.Parameter);
        GpuKernels.Normal(x, y, out a, out b);
        GpuKernels.Normal(z, w, out c, out d);
    }

    private static void Move(ArrayView<float> values, UpdateChunk chunk, long i, float direction, Perturbation.Formula<ScalarLane> formula)
    {
        if (i >= chunk.Count)
            return;
        ScalarLane z = new(direction);
        values[chunk.Value + i] = formula.Move(formula.Update(formula.Restore(new ScalarLane(values[chunk.Value + i]), z), z), z).Value;
    }

    private static void MoveNarrow<T>(
        ArrayView<float> values, ArrayView<float> states, UpdateChunk chunk, long i, float direction, Perturbation.Formula<ScalarLane> formula, int isFirst)
        where T : struct, INarrowFloat
    {
        if (i >= chunk.Count)
            return;
        ScalarLane z = new(direction);
        ScalarLane master = isFirst != 0 ? NarrowTarget<T>.Read(values, states, chunk, i) : new ScalarLane(states[chunk.Master + i]);
        ScalarLane updated = formula.Update(master, z);
        states[chunk.Master + i] = updated.Value;
        values.Cast<ushort>()[chunk.Value + i] = (ushort)T.Narrow(formula.Move(updated, z).Value);
    }
}
