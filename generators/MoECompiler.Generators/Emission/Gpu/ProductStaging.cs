namespace MoECompiler.Generators.Emission.Gpu;

/// <summary>
/// The text that brings an operand's part of a tile to shared memory: for each step of the depth its lines' elements side by side, four by
/// four. Memory is read along its lines, so an operand that runs along the depth is turned on the way.
/// </summary>
internal sealed class ProductStaging : StagedOperand
{
    private readonly ProductTiling _tiling;
    private readonly int _extent;

    private ProductStaging(Product product, ProductPair pair, ProductTiling tiling, bool isLeft) : base(product, pair, isLeft)
    {
        _tiling = tiling;
        _extent = isLeft ? tiling.Rows : tiling.Columns;
    }

    public static ProductStaging Left(Product product, ProductPair pair, ProductTiling tiling) => new(product, pair, tiling, isLeft: true);

    public static ProductStaging Right(Product product, ProductPair pair, ProductTiling tiling) => new(product, pair, tiling, isLeft: false);

    /// <summary>From a step of the depth to the next, in fours. One is left free where elements are stored singly: they then fall into all banks.</summary>
    public int Stride => _extent / 4 + (RunsAlongDepth ? 1 : 0);

    /// <summary>The fours of one part of the depth.</summary>
    public int Fours => Stride * _tiling.Depth;

    /// <summary>How many fours a thread loads.</summary>
    private int Loads => _extent * _tiling.Depth / 4 / _tiling.Group;

    /// <summary>Whether two threads share a line of the tile, each a four of it; else each has its own.</summary>
    private bool IsPaired => 2 * _extent <= _tiling.Group;

    /// <summary>The depth from one load of a thread to its next.</summary>
    private int Pass => RunsAlongDepth ? IsPaired ? 4 * _tiling.Group / _extent : 4 : 4 * _tiling.Group / _extent;

    /// <param name="writer">Takes the text.</param>
    /// <param name="fours">What the largest of the operands needs that are in this memory one after the other.</param>
    public void Declare(SourceWriter writer, int fours)
    {
        writer.Line($"ArrayView<Float4> {Name} = {Before ?? $"SharedMemory.Allocate<Float4>({2 * fours})"};");
        if (IsQuantized)
            writer.Line(Pair.Lines(Matrix));
        if (RunsAlongDepth)
            DeclareAlongDepth(writer);
        else
            DeclareAcross(writer);
    }

    private void DeclareAlongDepth(SourceWriter writer)
    {
        writer.Line($"ArrayView<float> {Name}Single = {Name}.Cast<float>();");
        string within = IsPaired ? 2 * _extent == _tiling.Group ? "thread / 2" : $"thread / 2 % {_extent}" : "thread";
        string step = IsPaired ? 2 * _extent == _tiling.Group ? "thread % 2 * 4" : $"thread % 2 * 4 + thread / {2 * _extent} * 8" : "0";
        string line = $"{Name}Line";
        writer.Line($"int {line} = {First} + {within}, {Name}Step = {step}, {Name}Count = {line} < {End} ? {Depth} : 0;");
        if (!IsQuantized)
            writer.Line($"long {Name}Start = {Start(line)};");
        writer.Line($"int {Name}To = {Name}Step * {4 * Stride} + {within};");
    }

    private void DeclareAcross(SourceWriter writer)
    {
        int fours = _extent / 4;
        writer.Line($"int {Name}Step = thread / {fours}, {Name}Line = {First} + thread % {fours} * 4;");
        writer.Line($"int {Name}To = {Name}Step * {Stride} + thread % {fours};");
    }

    /// <summary>Fetches the thread's fours of the part of the depth that begins at <paramref name="k"/>; 0 for what lies past an edge.</summary>
    public void Load(SourceWriter writer, string k, bool isFirst)
    {
        for (int i = 0; i < Loads; i++)
        {
            string step = $"{(k == "0" ? "" : k + " + ")}{Name}Step{ProductTileKernel.Plus(i * Pass)}";
            string target = $"{(isFirst ? "Float4 " : "")}{Name}{i}";
            if (IsQuantized)
                writer.Line($"{target} = lines.Load({Quantized(step)});");
            else if (RunsAlongDepth)
                writer.Line($"{target} = Float4.Load{Format}({View}, {Name}Start, {step}, {Name}Count, {Aligned});");
            else
                writer.Line($"{target} = Float4.Load{Format}({View}, {Line(step)}, {Name}Line, {step} < {Depth} ? {Extent} : 0, {Aligned});");
        }
    }

    /// <summary>The line, its first element and its count that a thread fetches a four of.</summary>
    private string Quantized(string step) => RunsAlongDepth
        ? $"{Name}Line, {Deep(step)}, {Deep($"{Name}Count")}"
        : $"{Deep(step)}, {Name}Line, {step} < {Depth} ? {Extent} : 0";

    public void Store(SourceWriter writer, string part)
    {
        for (int i = 0; i < Loads; i++)
        {
            writer.Line(RunsAlongDepth
                ? $"Float4.Scatter({Name}Single, {At(part, 4 * Fours)}{Name}To{ProductTileKernel.Plus(i * Pass * 4 * Stride)}, {4 * Stride}, {Name}{i});"
                : $"{Name}[{At(part, Fours)}{Name}To{ProductTileKernel.Plus(i * Pass * Stride)}] = {Name}{i};");
        }
    }

    private static string At(string part, int size) => part == "0" ? "" : $"{part} * {size} + ";
}
