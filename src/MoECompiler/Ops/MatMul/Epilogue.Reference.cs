using MoECompiler.Reference;

namespace MoECompiler.Ops;

/// <summary>The definition of a fused epilogue.</summary>
internal static class EpilogueReference
{
    /// <summary>Applies the formula to the first rows of the sums; further operands are broadcast to the whole result.</summary>
    public static void Apply(IFusesEpilogue op, ReferenceTensor sums, int rows, ReferenceTensor[] operands, ReferenceContext context)
    {
        if (op.Epilogue is not { } epilogue)
            return;
        double[] inputs = new double[1 + operands.Length - op.ProductOperands];
        for (int i = 0; i < rows * sums.Columns; i++)
        {
            inputs[0] = sums.Data[i];
            for (int j = 1; j < inputs.Length; j++)
            {
                ReferenceTensor operand = operands[op.ProductOperands + j - 1];
                inputs[j] = operand.Data[Broadcast(i, sums.Shape, operand.Shape)];
            }
            sums.Data[i] = epilogue.Evaluate(inputs, context.Sizes);
        }
    }

    /// <summary>Where the element of the small shape lies that meets element <paramref name="index"/> of the full one.</summary>
    private static int Broadcast(int index, int[] full, int[] small)
    {
        (int position, int stride) = (0, 1);
        for (int axis = 1; axis <= full.Length; axis++)
        {
            int extent = axis <= small.Length ? small[^axis] : 1;
            position += extent == 1 ? 0 : index % full[^axis] * stride;
            stride *= extent;
            index /= full[^axis];
        }
        return position;
    }
}
