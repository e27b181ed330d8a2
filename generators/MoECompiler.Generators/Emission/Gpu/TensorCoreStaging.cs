namespace MoECompiler.Generators.Emission.Gpu;

/// <summary>
/// The text that brings an operand's part of a tile to shared memory, line by line as it lies in memory, eight elements at a time, and from
/// there to the registers of a warp. Neighbouring lines have their eights in another order, so that eight of one column, which tensor cores
/// are fed from, lie in different banks.
/// </summary>
/// <remarks>Places are computed by shifts and masks: ILGPU does so anew in each turn of a loop, and takes remainders by division.</remarks>
internal sealed class TensorCoreStaging : StagedOperand
{
    private const int Vector = TensorCoreTiling.Vector;

    private readonly TensorCoreTiling _tiling;
    private readonly bool _isLeft;
    private readonly int _extent;
    private readonly int _warpExtent;

    private TensorCoreStaging(Product product, ProductPair pair, TensorCoreTiling tiling, bool isLeft) : base(product, pair, isLeft)
    {
        _tiling = tiling;
        _isLeft = isLeft;
        (_extent, _warpExtent) = isLeft ? (tiling.Rows, tiling.WarpRows) : (tiling.Columns, tiling.WarpColumns);
    }

    public static TensorCoreStaging Left(Product product, ProductPair pair, TensorCoreTiling tiling) => new(product, pair, tiling, isLeft: true);

    public static TensorCoreStaging Right(Product product, ProductPair pair, TensorCoreTiling tiling) => new(product, pair, tiling, isLeft: false);

    /// <summary>How many pieces of 16 rows or columns a warp has.</summary>
    public int Pieces => _warpExtent / 16;

    /// <summary>The eights of a line: along the depth, or across it.</summary>
    private int Across => (RunsAlongDepth ? _tiling.Depth : _extent) / Vector;

    /// <summary>The eights of one part of the depth.</summary>
    private int Eights => _extent * _tiling.Depth / Vector;

    /// <summary>How many eights a thread copies: of lines that are so far apart that their order is the same.</summary>
    private int Copies => Eights / _tiling.Group;

    private int LinesApart => _tiling.Group / Across;

    public void Declare(SourceWriter writer)
    {
        writer.Line($"ArrayView<UInt4> {Name} = {Before ?? $"SharedMemory.Allocate<UInt4>({_tiling.Stages * Eights})"};");
        if (RunsAlongDepth)
        {
            writer.Line($"int {Name}Step = {Times(Rest("thread", Across), Vector)};");
            for (int i = 0; i < Copies; i++)
            {
                string line = $"{Name}Line{i}";
                writer.Line($"int {line} = {First} + {Over("thread", Across)}{Plus(i * LinesApart)}, {Name}Count{i} = {line} < {End} ? {Depth} : 0;");
                writer.Line($"long {Name}Start{i} = {Start(line)};");
            }
        }
        else
        {
            writer.Line($"int {Name}Step = {Over("thread", Across).Trim('(', ')')}, {Name}Line = {First} + {Times(Rest("thread", Across), Vector)};");
        }
        writer.Line($"int {Name}To = {At(Over("thread", Across), Rest("thread", Across), Order("thread", Across))};");
    }

    /// <summary>The place that a thread's lane names in the first piece of its warp's part.</summary>
    /// <remarks>Of the four matrices of 8 x 8 that are loaded at once, each eight lanes name the lines of one.</remarks>
    public void DeclareFrom(SourceWriter writer, string warp)
    {
        // The left operand's matrices are counted down the rows first, the right one's down the depth.
        (string low, string high) = _isLeft == RunsAlongDepth
            ? (Rest("lane", 16), Over("lane", 16))
            : ($"{Rest("lane", 8)} + {Times(Over("lane", 16), 8)}", Over("lane", 8, 2));
        string line = RunsAlongDepth ? $"{warp} + {low}" : low;
        string column = RunsAlongDepth ? high : $"{Over(warp, Vector)} + {high}";
        writer.Line($"int {Name}From = {At(line, column, Order("lane", 1))};");
    }

    /// <summary>Begins to copy the part of the depth that begins at <paramref name="k"/>; 0 for what lies past an edge.</summary>
    public void Stage(SourceWriter writer, string part, string k)
    {
        writer.Open($"if (({Aligned}) != 0)");
        Copy(writer, "StageWide", part, k);
        writer.Close();
        writer.Open("else");
        Copy(writer, "Stage", part, k);
        writer.Close();
    }

    private void Copy(SourceWriter writer, string method, string part, string k)
    {
        for (int i = 0; i < Copies; i++)
        {
            string to = $"{Name}, {part} * {Eights} + {Name}To{Plus(i * _tiling.Group)}";
            string step = $"{k} + {Name}Step{(RunsAlongDepth ? "" : Plus(i * LinesApart))}";
            writer.Line(RunsAlongDepth
                ? $"TensorCore.{method}({to}, {View}, {Name}Start{i}, {step}, {Name}Count{i});"
                : $"TensorCore.{method}({to}, {View}, {Line(step)}, {Name}Line, {step} < {Depth} ? {Extent} : 0);");
        }
    }

    /// <summary>Loads a piece of 16 rows or columns, and 16 steps of the depth: four matrices of 8 x 8.</summary>
    public void Load(SourceWriter writer, string target, int piece, int step)
    {
        // Along a line, pieces of 16 are two eights apart, in whatever order; across lines, 16 of them.
        (int along, int across) = RunsAlongDepth ? (step, piece) : (piece, step);
        string from = along == 0 ? $"{Name}From" : $"({Name}From ^ {2 * along})";
        // What lies along the depth in memory is as tensor cores take it.
        writer.Line($"{target} = TensorCore.Load{(RunsAlongDepth ? "" : "Turned")}(ref {Name}[part * {Eights} + {from}{Plus(16 * across * Across)}]);");
    }

    /// <summary>Where the eight of a line lies.</summary>
    private string At(string line, string column, string order) => $"{Grouped(line)} * {Across} + ({Grouped(column)} ^ {order})";

    private static string Grouped(string sum) => sum.Contains(" + ") ? $"({sum})" : sum;

    /// <summary>By what the order of a line's eights differs: lines that share a row of banks have the same, each next row of banks another, up to eight.</summary>
    /// <param name="line">A number that counts lines.</param>
    /// <param name="per">How many of it are one line.</param>
    private string Order(string line, int per)
    {
        int same = Math.Max(1, Vector / Across) * per;
        return Over(line, same, Math.Min(Vector, Across));
    }

    /// <summary>A number over a power of two, and of that the rest by another.</summary>
    private static string Over(string number, int divisor, int rest = 0)
    {
        string over = divisor == 1 ? number : $"({number} >> {(int)Math.Log(divisor, 2)})";
        return rest == 0 ? over : Rest(over, rest);
    }

    /// <summary>What of a number is left by a power of two.</summary>
    private static string Rest(string number, int divisor) => $"({number} & {divisor - 1})";

    private static string Times(string number, int factor) => $"{number} * {factor}";

    private static string Plus(int number) => ProductTileKernel.Plus(number);
}
