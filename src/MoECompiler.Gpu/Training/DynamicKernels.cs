namespace MoECompiler.Training;

/// <summary>
/// What a group does of an update whose state is stored in 8 bits: block by block, as a block's new scale is known only when all its elements
/// are. So each element is computed twice, once for its magnitude and once to be stored, and nothing lies in between.
/// </summary>
internal static class DynamicKernels
{
    /// <summary>Updates a chunk of whole blocks, but for a parameter's last, unless a gradient or a metric is not finite.</summary>
    /// <param name="squares">1 if the first kind of state is stored as roots, plus 2 if the second is.</param>
    public static void UpdateChunk<TFormula, TTarget>(
        ArrayView<UpdateChunk> chunks,
        ArrayView<float> values,
        ArrayView<float> gradients,
        ArrayView<float> states,
        ArrayView<float> tables,
        ArrayView<GradientVerdict> verdict,
        TFormula formula,
        int squares,
        float scale,
        float bound,
        int isJudged)
        where TFormula : unmanaged, IUpdateFormula<ScalarLane>
        where TTarget : struct, IUpdateTarget
    {
        if (isJudged != 0 && verdict[0].IsFinite == 0)
            return;
        scale = isJudged != 0 ? verdict[0].Scale : scale;
        UpdateChunk chunk = chunks[Grid.IdxX];
        ArrayView<byte> codes = states.Cast<byte>();
        for (long at = 0; at < chunk.Count; at += DynamicCodes.Block)
        {
            long end = at + DynamicCodes.Block < chunk.Count ? at + DynamicCodes.Block : chunk.Count;
            GpuCodes one = new(chunk.FirstState, chunk.FirstScale + at / DynamicCodes.Block, (squares & 1) != 0);
            GpuCodes other = new(chunk.SecondState, chunk.SecondScale + at / DynamicCodes.Block, (squares & 2) != 0);
            float firstScale = states[one.Scale];
            float secondScale = TFormula.States > 1 ? states[other.Scale] : 0;
            float firstGreatest = 0;
            float secondGreatest = 0;
            for (long i = at + Group.IdxX; i < end; i += Group.DimX)
            {
                ScalarLane value = TTarget.Read(values, states, chunk, i);
                ScalarLane first = one.Decode(codes, tables, i, firstScale);
                ScalarLane second = TFormula.States > 1 ? other.Decode(codes, tables, i, secondScale) : default;
                formula.Apply(GradientChange.Bounded(new ScalarLane(gradients[chunk.Gradient + i] * scale), new ScalarLane(-bound), new ScalarLane(bound)), ref value, ref first, ref second);
                firstGreatest = ScalarLane.Max(new ScalarLane(firstGreatest), one.Magnitude(first)).Value;
                if (TFormula.States > 1)
                    secondGreatest = ScalarLane.Max(new ScalarLane(secondGreatest), other.Magnitude(second)).Value;
            }
            firstGreatest = RowGroup.Max(firstGreatest);
            if (TFormula.States > 1)
                secondGreatest = RowGroup.Max(secondGreatest);
            for (long i = at + Group.IdxX; i < end; i += Group.DimX)
            {
                ScalarLane value = TTarget.Read(values, states, chunk, i);
                ScalarLane first = one.Decode(codes, tables, i, firstScale);
                ScalarLane second = TFormula.States > 1 ? other.Decode(codes, tables, i, secondScale) : default;
                formula.Apply(GradientChange.Bounded(new ScalarLane(gradients[chunk.Gradient + i] * scale), new ScalarLane(-bound), new ScalarLane(bound)), ref value, ref first, ref second);
                TTarget.Write(values, states, chunk, i, value);
                one.Encode(codes, tables, i, first, firstGreatest);
                if (TFormula.States > 1)
                    other.Encode(codes, tables, i, second, secondGreatest);
            }
            if (Group.IdxX == 0)
            {
                states[one.Scale] = firstGreatest;
                if (TFormula.States > 1)
                    states[other.Scale] = secondGreatest;
            }
        }
    }
}
