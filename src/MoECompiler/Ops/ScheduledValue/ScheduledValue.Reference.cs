using MoECompiler.Reference;

namespace MoECompiler.Ops;

public sealed partial record ScheduledValue : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        double step = Math.Max(0, context.Random.Step - Begin);
        double y = Shape switch
        {
            ScheduleShape.Constant => From,
            ScheduleShape.Linear => From - step * ((double)From - To) / Over,
            _ => From * Math.Exp(Math.Log((double)To / From) * step / Over),
        };
        return [new ReferenceTensor([], [Shape != ScheduleShape.Constant && step >= Over ? To : y])];
    }
}
