namespace MoECompiler;

/// <summary>DoRA's lengths of a matrix's rows: the file has them whole, the adapter as how far they are from the weight's own.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="Values">f32[Out].</param>
/// <param name="Weight">The model's weight f32[Out, In].</param>
internal sealed record PeftMagnitude(string Name, View<float> Values, FloatView Weight) : PeftTensor(Name)
{
    public override int[] Shape => [Values.Columns];

    public override float[] ToPeft() => [.. Values.ToArray().Zip(Norms(), static (change, norm) => (float)(norm + change))];

    public override void FromPeft(float[] theirs) => Values.CopyFrom(theirs.Zip(Norms(), static (length, norm) => (float)(length - norm)).ToArray());

    private double[] Norms()
    {
        int rows = Values.Columns;
        long width = Weight.Count / rows;
        double[] squares = new double[rows];
        Weight.Read((elements, first) =>
        {
            for (int i = 0; i < elements.Length; i++)
                squares[(first + i) / width] += (double)elements[i] * elements[i];
        });
        return [.. squares.Select(Math.Sqrt)];
    }
}
