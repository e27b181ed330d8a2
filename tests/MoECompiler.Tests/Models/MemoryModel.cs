namespace MoECompiler.Tests.Models;

/// <summary>A table of ids and a memory of experts, both trained by the rows that a step reads, beside a backbone that is trained whole.</summary>
[Model]
public sealed partial class MemoryModel
{
    [Size] public const int Ids = 23, Width = 6, Classes = 5, Rows = 5, Columns = 7, TopK = 3;

    [Embedding(Ids, Width, Sparse = true)]
    public partial Embedding Words { get; }

    [Linear(Width, Classes)]
    public partial Linear Head { get; }

    [MemoryExperts(Width, Classes, Rows, Columns, TopK, Rank = 2, KeyWidth = 4)]
    public partial MemoryExperts Memory { get; }

    [Forward]
    public Tensor Forward(Tensor ids)
    {
        Tensor x = Words.Forward(ids);
        return Head.Forward(x) + Memory.Forward(x);
    }

    [Loss]
    public Tensor Loss(Tensor y, Tensor label) => y.CrossEntropy(label).Mean();
}

/// <summary>A table of ids that is trained by the rows that a step reads.</summary>
[Model]
public sealed partial class SparseTableModel
{
    [Size] public const int Ids = 50, Width = 37;

    [Embedding(Ids, Width, Sparse = true)]
    public partial Embedding Words { get; }

    [Linear(Width, 3)]
    public partial Linear Head { get; }

    [Forward]
    public Tensor Forward(Tensor ids) => Head.Forward(Words.Forward(ids));

    [Loss]
    public Tensor Loss(Tensor y, Tensor label) => y.CrossEntropy(label).Mean();
}

/// <summary>The same, trained whole.</summary>
[Model]
public sealed partial class WholeTableModel
{
    [Size] public const int Ids = 50, Width = 37;

    [Embedding(Ids, Width)]
    public partial Embedding Words { get; }

    [Linear(Width, 3)]
    public partial Linear Head { get; }

    [Forward]
    public Tensor Forward(Tensor ids) => Head.Forward(Words.Forward(ids));

    [Loss]
    public Tensor Loss(Tensor y, Tensor label) => y.CrossEntropy(label).Mean();
}
