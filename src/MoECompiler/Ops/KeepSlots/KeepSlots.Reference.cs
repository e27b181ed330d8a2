using MoECompiler.Reference;

namespace MoECompiler.Ops;

public sealed partial record KeepSlots : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        (ReferenceTensor experts, ReferenceTensor scores) = (operands[0], operands[1]);
        ReferenceTensor y = ReferenceTensor.New(shapes[0]);
        for (int row = 0; row < y.Rows; row++)
        {
            bool isEnough = false;
            double sum = 0;
            for (int slot = 0; slot < y.Columns; slot++)
            {
                // All shares are less than one whole, whatever they add up to when rounded.
                isEnough |= slot > 0 && Limit < 1 && !(sum < Limit);
                bool isKept = slot == 0 || (Rule == SlotRule.Share ? !isEnough : scores[row, slot] > Limit);
                y[row, slot] = isKept ? experts[row, slot] : -1;
                sum += scores[row, slot];
            }
        }
        return [y];
    }
}
