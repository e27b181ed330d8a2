using MoECompiler.Reference;

namespace MoECompiler.Ops;

public sealed partial record Unfold : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        (ReferenceTensor x, ReferenceTensor y) = (operands[0], ReferenceTensor.New(shapes[0]));
        int kernel = context.Evaluate(Kernel);
        ForEachElement(x.Shape, y.Shape, kernel, context.Evaluate(Stride), context.Evaluate(Padding), (image, window) => y.Data[window] = x.Data[image]);
        return [y];
    }

    /// <summary>Calls <paramref name="pair"/> with the offsets of each element of each window, in the image and in the unfolded rows.</summary>
    internal static void ForEachElement(int[] image, int[] windows, int kernel, int stride, int padding, Action<int, int> pair)
    {
        (int height, int width, int channels) = (image[1], image[2], image[3]);
        int places = windows[0] * windows[1] * windows[2];
        for (int place = 0; place < places; place++)
        {
            int left = place % windows[2] * stride - padding;
            int top = place / windows[2] % windows[1] * stride - padding;
            int batch = place / windows[2] / windows[1];
            for (int c = 0; c < channels; c++)
            {
                for (int i = 0; i < kernel; i++)
                {
                    for (int j = 0; j < kernel; j++)
                    {
                        (int row, int column) = (top + i, left + j);
                        if (row < 0 || row >= height || column < 0 || column >= width)
                            continue;
                        pair(((batch * height + row) * width + column) * channels + c, ((place * channels + c) * kernel + i) * kernel + j);
                    }
                }
            }
        }
    }
}

public sealed partial record Fold : IReference
{
    ReferenceTensor[] IReference.Run(ReferenceTensor[] operands, int[][] shapes, ReferenceContext context)
    {
        (ReferenceTensor dy, ReferenceTensor dx) = (operands[0], ReferenceTensor.New(shapes[0]));
        int kernel = context.Evaluate(Kernel);
        Unfold.ForEachElement(
            dx.Shape, dy.Shape, kernel, context.Evaluate(Stride), context.Evaluate(Padding), (image, window) => dx.Data[image] += dy.Data[window]);
        return [dx];
    }
}
