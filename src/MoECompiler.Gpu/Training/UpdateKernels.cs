namespace MoECompiler.Training;

/// <summary>What a group does of an update: a chunk's elements.</summary>
internal static class UpdateKernels
{
    /// <summary>Updates a chunk, unless a gradient or a metric is not finite.</summary>
    /// <param name="scale">What each gradient is multiplied by where there is no verdict.</param>
    /// <param name="bound">What its elements are then not beyond.</param>
    /// <param name="isJudged">1 if the verdict is of these gradients, 0 if there is none.</param>
    public static void UpdateChunk<TFormula, TTarget>(
        ArrayView<UpdateChunk> chunks,
        ArrayView<float> values,
        ArrayView<float> gradients,
        ArrayView<float> states,
        ArrayView<GradientVerdict> verdict,
        TFormula formula,
        float scale,
        float bound,
        int isJudged)
        where TFormula : unmanaged, IUpdateFormula<ScalarLane>
        where TTarget : struct, IUpdateTarget
    {
        if (isJudged != 0 && verdict[0].IsFinite == 0)
            return;
        scale = isJudged != 0 ? verdict[0].Scale : scale;
        Update<TFormula, TTarget>(chunks[Grid.IdxX], values, gradients, states, formula, scale, bound);
    }

    /// <summary>Updates a row of a table that is trained by rows, unless a gradient or a metric is not finite.</summary>
    /// <param name="rows">Each of different rows, or -1 for none.</param>
    /// <param name="gradients">Of those rows.</param>
    /// <param name="first">The table's first row.</param>
    public static void UpdateRow<TFormula, TTarget>(
        ArrayView<int> rows,
        ArrayView<float> values,
        ArrayView<float> gradients,
        ArrayView<float> states,
        ArrayView<GradientVerdict> verdict,
        UpdateChunk first,
        TFormula formula,
        float scale,
        float bound,
        int isJudged)
        where TFormula : unmanaged, IUpdateFormula<ScalarLane>
        where TTarget : struct, IUpdateTarget
    {
        int row = rows[Grid.IdxX];
        if (row < 0 || (isJudged != 0 && verdict[0].IsFinite == 0))
            return;
        scale = isJudged != 0 ? verdict[0].Scale : scale;
        Update<TFormula, TTarget>(first.OfRow(row, Grid.IdxX * first.Count), values, gradients, states, formula, scale, bound);
    }

    private static void Update<TFormula, TTarget>(
        UpdateChunk chunk, ArrayView<float> values, ArrayView<float> gradients, ArrayView<float> states, TFormula formula, float scale, float bound)
        where TFormula : unmanaged, IUpdateFormula<ScalarLane>
        where TTarget : struct, IUpdateTarget
    {
        for (long i = Group.IdxX; i < chunk.Count; i += Group.DimX)
        {
            ScalarLane value = TTarget.Read(values, states, chunk, i);
            ScalarLane first = new(TFormula.States > 0 ? states[chunk.FirstState + i] : 0);
            ScalarLane second = new(TFormula.States > 1 ? states[chunk.SecondState + i] : 0);
            formula.Apply(GradientChange.Bounded(new ScalarLane(gradients[chunk.Gradient + i] * scale), new ScalarLane(-bound), new ScalarLane(bound)), ref value, ref first, ref second);
            TTarget.Write(values, states, chunk, i, value);
            if (TFormula.States > 0)
                states[chunk.FirstState + i] = first.Value;
            if (TFormula.States > 1)
                states[chunk.SecondState + i] = second.Value;
        }
    }
}
