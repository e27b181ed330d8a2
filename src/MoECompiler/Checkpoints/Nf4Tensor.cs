namespace MoECompiler.Checkpoints;

/// <summary>
/// Matrices in 4 bits as a file has them: of a weight w[..., Rows, Columns] the tensors <c>w.nf4_codes</c>, U8 [..., Rows, bytes of a row],
/// <c>w.nf4_constants</c>, U8 [..., Rows, blocks of a row], <c>w.nf4_scales</c>, F32 [..., scales of a matrix], and <c>w.nf4_mean</c>, F32 [...]. What is
/// in them says <see cref="Nf4Layout"/>.
/// </summary>
/// <param name="name">The weight's name.</param>
/// <param name="view">Where the matrices are in memory.</param>
internal sealed class Nf4Tensor(string name, Nf4View view)
{
    private const string Codes = ".nf4_codes";

    /// <summary>A tensor of the file: of each matrix so many bytes.</summary>
    private readonly record struct Piece(string Name, StoredType Type, long[] Shape, long Start, long Bytes);

    /// <summary>The names of the tensors.</summary>
    public IEnumerable<string> Names => Pieces.Select(static piece => piece.Name);

    /// <summary>Whether a checkpoint has what is wanted in 4 bits, and not as floats.</summary>
    public static bool IsIn(Checkpoint checkpoint, WeightRequest request) =>
        request.Destination.Type == ElementType.Nf4 && checkpoint.Find(request.Name) is null && checkpoint.Find(request.Name + Codes) is not null;

    /// <summary>Adds the tensors, which are read when the file is written.</summary>
    public static void Add(SafetensorsWriter writer, string name, Nf4View view)
    {
        foreach (Piece piece in new Nf4Tensor(name, view).Pieces)
        {
            writer.Add(piece.Name, piece.Type, piece.Shape, stream =>
            {
                for (int matrix = 0; matrix < view.Matrices; matrix++)
                    HostBlocks.Read(view.Part(matrix, piece.Start, piece.Bytes), (bytes, _) => stream.Write(bytes));
            });
        }
    }

    /// <summary>What is wrong with the checkpoint's tensors.</summary>
    public IEnumerable<string> Problems(Checkpoint checkpoint)
    {
        foreach (Piece piece in Pieces)
        {
            string expected = $"{piece.Type.Name()} {TensorEntry.Describe(piece.Shape)}";
            if (checkpoint.Find(piece.Name) is not { } found)
                yield return $"{Wording.Quote(piece.Name)}: missing, expected {expected}";
            else if (found.Type != piece.Type || !found.Shape.SequenceEqual(piece.Shape))
                yield return $"{Wording.Quote(piece.Name)}: expected {expected}, found {found.Description}";
            else if (piece.Type == StoredType.F32 && checkpoint.FindMisfit(piece.Name, ElementType.Nf4) is { } misfit)
                yield return $"{Wording.Quote(piece.Name)}: {misfit.Element}, its element {misfit.Index:N0}, is no finite number";
        }
    }

    /// <summary>Copies the tensors to where the matrices are.</summary>
    public void Read(Checkpoint checkpoint)
    {
        foreach (Piece piece in Pieces)
        {
            for (int matrix = 0; matrix < view.Matrices; matrix++)
                checkpoint.ReadBytes(piece.Name, matrix * piece.Bytes, view.Part(matrix, piece.Start, piece.Bytes));
        }
    }

    private IEnumerable<Piece> Pieces
    {
        get
        {
            Nf4Layout layout = view.Layout;
            long[] outer = Array.ConvertAll(view.Extents.ToArray()[..^2], static extent => (long)extent);
            yield return new Piece(name + Codes, StoredType.U8, [.. outer, layout.Rows, layout.RowBytes], 0, layout.CodeBytes);
            yield return new Piece($"{name}.nf4_mean", StoredType.F32, outer, layout.CodeBytes, sizeof(float));
            yield return new Piece($"{name}.nf4_scales", StoredType.F32, [.. outer, layout.Scales], layout.ScalesAt, layout.Scales * sizeof(float));
            yield return new Piece($"{name}.nf4_constants", StoredType.U8, [.. outer, layout.Rows, layout.RowBlocks], layout.ConstantsAt, layout.Blocks);
        }
    }
}
