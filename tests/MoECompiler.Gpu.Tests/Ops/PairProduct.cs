using MoECompiler.Graphs;
using MoECompiler.Ops;
using MoECompiler.Reference;

namespace MoECompiler.Gpu.Tests.Ops;

/// <summary>
/// The definition of a grouped product whose rows are pairs of token and slot: x f32[R, K] or, where <paramref name="Gathers"/>, f32[T, K],
/// weights f32[E, N, K] (<paramref name="TransposeB"/>) or f32[E, K, N], experts i32[T, S] and an epilogue's operand f32[R, N] give
/// f32[R, N]; or, where <paramref name="IsCombined"/>, with weights f32[T, S] their sum over slots, f32[T, N]. A row without an expert is 0.
/// Where there is a <paramref name="Second"/> pair, rows f32[R, L] and weights f32[E, N, L] follow the experts, over which sums go on.
/// </summary>
internal sealed record PairProduct(bool Gathers, bool TransposeB, ScalarExpression? Epilogue = null, bool IsCombined = false, bool Second = false) : Op, IReference
{
    public override EquatableArray<TensorType> Infer(EquatableArray<TensorType> operands)
    {
        (TensorType w, TensorType experts) = (operands[1], operands[2]);
        return [TensorType.F32(IsCombined ? experts.Rows : experts.Count, w.Shape[TransposeB ? 1 : 2])];
    }

    public ReferenceTensor[] Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        (ReferenceTensor x, ReferenceTensor w, ReferenceTensor experts) = (operands[0], operands[1], operands[2]);
        ReferenceTensor y = ReferenceTensor.New(shapes[0]);
        for (int row = 0; row < experts.Count; row++)
        {
            int expert = (int)experts.Data[row], source = Gathers ? row / experts.Columns : row;
            for (int column = 0; column < y.Columns && (uint)expert < w.Shape[0]; column++)
            {
                double sum = 0;
                for (int k = 0; k < x.Columns; k++)
                    sum += x[source, k] * (TransposeB ? w[expert * y.Columns + column, k] : w[expert * x.Columns + k, column]);
                for (int k = 0; Second && k < operands[3].Columns; k++)
                    sum += operands[3][row, k] * operands[4][expert * y.Columns + column, k];
                if (IsCombined)
                    y[row / experts.Columns, column] += operands[^1].Data[row] * sum;
                else
                    y[row, column] = Epilogue?.Evaluate([sum, operands[3][row, column]], context.Sizes) ?? sum;
            }
        }
        return [y];
    }
}
