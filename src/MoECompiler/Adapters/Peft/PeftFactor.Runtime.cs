namespace MoECompiler;

/// <summary>One tensor of a PEFT file.</summary>
/// <param name="Name">The tensor's name.</param>
internal abstract record PeftTensor(string Name)
{
    /// <summary>The tensor's extents in the file.</summary>
    public abstract int[] Shape { get; }

    /// <summary>The tensor's elements as the adapter is now.</summary>
    public abstract float[] ToPeft();

    /// <summary>Sets what it is of to the tensor's elements.</summary>
    public abstract void FromPeft(float[] theirs);
}

/// <summary>
/// A factor. Of a matrix it is our factor, A f32[Rank, In] or B f32[Out, Rank]; of stacked experts PEFT lays all factors into one
/// matrix, A f32[Experts * Rank, In] with expert e's rows together, and B f32[Out, Rank * Experts] with column r * Experts + e.
/// </summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="IsB">Which factor it is.</param>
/// <param name="Experts">How many matrices the weight is; 1 for a matrix.</param>
/// <param name="Values">The factor, f32[Experts, Rank, In] or f32[Experts, Out, Rank], without experts of a matrix.</param>
internal sealed record PeftFactor(string Name, bool IsB, int Experts, View<float> Values) : PeftTensor(Name)
{
    private int Rows => checked((int)(Values.Count / Columns / Experts));

    private int Columns => Values.Columns;

    public override int[] Shape => IsB ? [Rows, Columns * Experts] : [Experts * Rows, Columns];

    public override float[] ToPeft()
    {
        float[] ours = Values.ToArray();
        if (!IsB || Experts == 1)
            return ours;
        float[] theirs = new float[ours.Length];
        for (int i = 0; i < ours.Length; i++)
            theirs[PlaceOfB(i)] = ours[i];
        return theirs;
    }

    public override void FromPeft(float[] theirs)
    {
        float[] ours = theirs;
        if (IsB && Experts > 1)
        {
            ours = new float[theirs.Length];
            for (int i = 0; i < ours.Length; i++)
                ours[i] = theirs[PlaceOfB(i)];
        }
        Values.CopyFrom(ours);
    }

    /// <summary>Where the file has element <paramref name="i"/> of B f32[Experts, Out, Rank].</summary>
    private int PlaceOfB(int i)
    {
        (int matrix, int column) = (i / Columns, i % Columns);
        (int expert, int row) = (matrix / Rows, matrix % Rows);
        return (row * Columns + column) * Experts + expert;
    }
}
