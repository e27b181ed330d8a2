namespace MoECompiler.Generators.Emission.Gpu;

/// <summary>
/// Emits the kernel for few rows, which is as fast as its weights are read: the threads of a group share the depth of some columns, so that
/// neighbours read neighbouring memory, and add up at the end.
/// </summary>
internal sealed class ProductFewKernel(SourceWriter writer, Product product, ProductArguments arguments)
{
    /// <summary>The rows that one reading of the weights serves.</summary>
    public const int Rows = 4;

    /// <summary>The columns of a group: whole memory transactions either way.</summary>
    public int Columns => product.Pairs.Any(static p => p.RightAlongDepth) ? 4 : product.IsNarrow ? 16 : 8;

    private int Fours => Columns / 4;

    /// <summary>A few rows by one matrix.</summary>
    public void Emit(string name, string finish)
    {
        Begin(name, arguments.OfKernel, $"ProductTile.Of(shape, Grid.IdxX, {Rows}, {Columns})", Rows);
        foreach (Lines lines in Pairs)
        {
            for (int row = 0; row < Rows; row++)
            {
                writer.Line($"int {lines.Count(row)} = tile.FirstRow{ProductTileKernel.Plus(row)} < tile.EndRow ? {lines.Pair.TileDepth} : 0;");
                writer.Line($"long {lines.Left(row)} = (long)(tile.FirstRow{ProductTileKernel.Plus(row)}) * {lines.Pair.Depth};");
            }
            Right(lines, "0");
        }
        Sums("s", Rows);
        foreach (Lines lines in Pairs)
            Loop(lines, Rows);
        End(Rows, (row, four, sum) => $"{finish}({arguments.ToFinish}, tile.FirstRow{ProductTileKernel.Plus(row)}, tile.FirstColumn{ProductTileKernel.Plus(4 * four)}, {sum})");
    }

    /// <summary>Each row by the matrix of an expert of its own.</summary>
    public void EmitUnsorted(string name, string finish)
    {
        Begin(name, arguments.OfUnsortedKernel, $"ProductTile.OfPair(shape, experts, Grid.IdxX, {Columns})", 1);
        foreach (Lines lines in Pairs)
        {
            writer.Line($"int {lines.Count(0)} = {lines.Pair.TileDepth};");
            writer.Line($"long {lines.Left(0)} = (long)({(lines.Pair.Gathered is null ? "tile.FirstRow" : "tile.FirstRow / shape.Slots")}) * {lines.Pair.Depth};");
            Right(lines, "tile.Product");
        }
        Sums("s", 1);
        foreach (Lines lines in Pairs)
            Loop(lines, 1);
        End(1, (_, four, sum) => $"{finish}({arguments.ToFinish}, tile.FirstRow, tile.FirstColumn{ProductTileKernel.Plus(4 * four)}, {sum})");
    }

    /// <summary>The weighted sum of a token's rows, each by the matrix of its expert, in the order of the slots.</summary>
    /// <param name="name">The kernel's name.</param>
    /// <param name="result">What the combined rows are stored in.</param>
    public void EmitCombine(string name, DType result)
    {
        Begin(name, arguments.Combined(result).OfKernel, $"ProductTile.Of(shape, Grid.IdxX, 1, {Columns})", 1);
        Sums("y", 1);
        writer.Open("for (int slot = 0; slot < shape.Slots; slot++)");
        writer.Line("int pair = tile.FirstRow * shape.Slots + slot;");
        writer.Line("int expert = experts[pair];");
        writer.Line("bool isThere = expert >= 0 && expert < shape.Experts;");
        // Whatever weighs a slot without an expert, it adds nothing.
        writer.Line("float weight = isThere ? weights[pair] : 0f;");
        foreach (Lines lines in Pairs)
        {
            writer.Line($"int {lines.Count(0)} = isThere ? {lines.Pair.TileDepth} : 0;");
            writer.Line($"long {lines.Left(0)} = (long)pair * {lines.Pair.Depth};");
            Right(lines, "expert");
        }
        Sums("s", 1);
        foreach (Lines lines in Pairs)
            Loop(lines, 1);
        for (int four = 0; four < Fours; four++)
            writer.Line($"y0_{four} = Float4.MultiplyAdd(weight, s0_{four}, y0_{four});");
        writer.Close();
        End(1, (_, four, sum) => $"Float4.Store{result.Format()}(y, (long)tile.FirstRow * shape.Columns, tile.FirstColumn{ProductTileKernel.Plus(4 * four)}, shape.Columns, shape.Aligned & ProductShape.ResultAligned, {sum})", "y");
    }

    private void Begin(string name, string parameters, string tile, int rows)
    {
        writer.Line("[ExcludeFromCodeCoverage]");
        writer.Open($"private static void {name}({parameters})");
        writer.Line($"ArrayView<Float4> sums = SharedMemory.Allocate<Float4>({rows * Fours} * GroupSums.MaximumThreads);");
        writer.Line($"ProductTile tile = {tile};");
    }

    /// <summary>Where the lines of the weights begin: of each column, or of each step of the depth.</summary>
    /// <param name="lines">The pair.</param>
    /// <param name="index">Which of some matrices.</param>
    private void Right(Lines lines, string index)
    {
        ProductPair pair = lines.Pair;
        writer.Line(pair.IsQuantized ? pair.Lines(index) : index == "0" ? $"long {lines.Matrix} = 0;" : $"long {lines.Matrix} = (long){index} * shape.Columns * {pair.Depth};");
        for (int column = 0; column < Columns && pair.RightAlongDepth; column++)
        {
            string at = $"tile.FirstColumn{ProductTileKernel.Plus(column)}";
            writer.Line($"int {lines.Length(column)} = {at} < shape.Columns ? {lines.Count(0)} : 0;");
            if (!pair.IsQuantized)
                writer.Line($"long {lines.Right(column)} = {lines.Matrix} + (long)({at}) * {pair.Depth};");
        }
    }

    private void Sums(string name, int rows)
    {
        for (int row = 0; row < rows; row++)
            writer.Line($"Float4 {string.Join(", ", Enumerable.Range(0, Fours).Select(four => $"{name}{row}_{four} = default"))};");
    }

    private void Loop(Lines lines, int rows)
    {
        ProductPair pair = lines.Pair;
        // What a thread reads of a line at once: 128 bits.
        int vector = pair.Type.IsNarrow() && (pair.RightAlongDepth || Columns >= 8) ? 8 : 4;
        string loaded = $"Float{vector}";
        string[] halves = vector == 8 ? [".Low", ".High"] : [""];
        string load = $"{loaded}.Load{pair.Type.Format()}";
        if (pair.RightAlongDepth)
        {
            writer.Open($"for (int k = {vector} * Group.IdxX; k < {lines.Count(0)}; k += {vector} * Group.DimX)");
            for (int column = 0; column < Columns; column++)
            {
                writer.Line(pair.IsQuantized
                    ? $"Float4 r{column} = lines.Load(tile.FirstColumn{ProductTileKernel.Plus(column)}, k, {lines.Length(column)});"
                    : $"{loaded} r{column} = {load}({pair.Right}, {lines.Right(column)}, k, {lines.Length(column)}, {pair.Aligned(isLeft: false)});");
            }
            for (int row = 0; row < rows; row++)
            {
                writer.Line($"{loaded} l{row} = {load}({pair.Left}, {lines.Left(row)}, k, {lines.Count(row)}, {pair.Aligned(isLeft: true)});");
                foreach (string half in halves)
                    writer.Line($"s{row}_0 = Float4.Dots(l{row}{half}, r0{half}, r1{half}, r2{half}, r3{half}, s{row}_0);");
            }
        }
        else
        {
            writer.Open($"for (int k = Group.IdxX; k < {lines.Count(0)}; k += Group.DimX)");
            for (int i = 0; i < Columns / vector; i++)
            {
                writer.Line(pair.IsQuantized
                    ? $"Float4 r{i} = lines.Load(k, tile.FirstColumn{ProductTileKernel.Plus(i * vector)}, shape.Columns);"
                    : $"{loaded} r{i} = {load}({pair.Right}, {lines.Matrix} + (long)k * shape.Columns, tile.FirstColumn{ProductTileKernel.Plus(i * vector)}, shape.Columns, {pair.Aligned(isLeft: false)});");
            }
            string[] right = [.. Enumerable.Range(0, Columns / vector).SelectMany(i => halves.Select(half => $"r{i}{half}"))];
            for (int row = 0; row < rows; row++)
            {
                writer.Line($"float l{row} = k < {lines.Count(row)} ? {pair.Type.Widen($"{pair.Left}[{lines.Left(row)} + k]")} : 0f;");
                writer.Line(string.Join(" ", Enumerable.Range(0, Fours).Select(four => $"s{row}_{four} = Float4.MultiplyAdd(l{row}, {right[four]}, s{row}_{four});")));
            }
        }
        writer.Close();
    }

    /// <summary>Adds up what the threads have, all at once: a driver for processors takes minutes to translate a loop with barriers for each.</summary>
    private void End(int rows, Func<int, int, string, string> store, string name = "s")
    {
        for (int row = 0; row < rows; row++)
        {
            for (int four = 0; four < Fours; four++)
                writer.Line($"sums[{(row * Fours + four == 0 ? "" : $"{row * Fours + four} * GroupSums.MaximumThreads + ")}Group.IdxX] = {name}{row}_{four};");
        }
        writer.Line($"GroupSums.Add(sums, {rows * Fours});");
        writer.Open("if (Group.IdxX == 0)");
        for (int row = 0; row < rows; row++)
        {
            for (int four = 0; four < Fours; four++)
                writer.Line(store(row, four, $"sums[{(row * Fours + four == 0 ? "0" : $"{row * Fours + four} * GroupSums.MaximumThreads")}]") + ";");
        }
        writer.Close();
        writer.Close();
    }

    private IEnumerable<Lines> Pairs => product.Pairs.Select(static p => new Lines(p));

    /// <summary>What a pair's places are called by.</summary>
    private readonly record struct Lines(ProductPair Pair)
    {
        private string Number => Pair.IsSecond ? "2_" : "";

        public string Matrix => $"matrix{Pair.Suffix}";

        public string Count(int row) => $"count{Number}{row}";

        public string Left(int row) => $"left{Number}{row}";

        public string Length(int column) => $"length{Number}{column}";

        public string Right(int column) => $"right{Number}{column}";
    }
}
