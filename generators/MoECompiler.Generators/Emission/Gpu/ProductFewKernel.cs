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
    public int Columns => product.RightAlongDepth ? 4 : product.IsNarrow ? 16 : 8;

    private int Fours => Columns / 4;

    /// <summary>What a thread reads of a line at once: 128 bits.</summary>
    private int Vector => product.IsNarrow ? 8 : 4;

    private string Loaded => product.IsNarrow ? "Float8" : "Float4";

    /// <summary>What the fours that are read at once are called by.</summary>
    private string[] Halves => product.IsNarrow ? [".Low", ".High"] : [""];

    private string Format => product.Operand.Format();

    /// <summary>A few rows by one matrix.</summary>
    public void Emit(string name, string finish)
    {
        Begin(name, arguments.OfKernel, $"ProductTile.Of(shape, Grid.IdxX, {Rows}, {Columns})", Rows);
        for (int row = 0; row < Rows; row++)
        {
            writer.Line($"int count{row} = tile.FirstRow{ProductTileKernel.Plus(row)} < tile.EndRow ? tile.Depth : 0;");
            writer.Line($"long left{row} = (long)(tile.FirstRow{ProductTileKernel.Plus(row)}) * shape.Depth;");
        }
        Right("0");
        Sums("s", Rows);
        Loop(Rows);
        End(Rows, (row, four, sum) => $"{finish}({arguments.ToFinish}, tile.FirstRow{ProductTileKernel.Plus(row)}, tile.FirstColumn{ProductTileKernel.Plus(4 * four)}, {sum})");
    }

    /// <summary>Each row by the matrix of an expert of its own.</summary>
    public void EmitUnsorted(string name, string finish)
    {
        Begin(name, arguments.OfUnsortedKernel, $"ProductTile.OfPair(shape, experts, Grid.IdxX, {Columns})", 1);
        writer.Line("int count0 = tile.Depth;");
        writer.Line($"long left0 = (long)({(product.Gathers ? "tile.FirstRow / shape.Slots" : "tile.FirstRow")}) * shape.Depth;");
        Right("tile.Product");
        Sums("s", 1);
        Loop(1);
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
        writer.Line("int count0 = isThere ? tile.Depth : 0;");
        // Whatever weighs a slot without an expert, it adds nothing.
        writer.Line("float weight = isThere ? weights[pair] : 0f;");
        writer.Line("long left0 = (long)pair * shape.Depth;");
        Right("expert");
        Sums("s", 1);
        Loop(1);
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
    /// <param name="index">Which of some matrices.</param>
    private void Right(string index)
    {
        writer.Line(product.IsQuantized ? product.Lines(index) : index == "0" ? "long matrix = 0;" : $"long matrix = (long){index} * shape.Columns * shape.Depth;");
        for (int column = 0; column < Columns && product.RightAlongDepth; column++)
        {
            string at = $"tile.FirstColumn{ProductTileKernel.Plus(column)}";
            writer.Line($"int length{column} = {at} < shape.Columns ? count0 : 0;");
            if (!product.IsQuantized)
                writer.Line($"long right{column} = matrix + (long)({at}) * shape.Depth;");
        }
    }

    private void Sums(string name, int rows)
    {
        for (int row = 0; row < rows; row++)
            writer.Line($"Float4 {string.Join(", ", Enumerable.Range(0, Fours).Select(four => $"{name}{row}_{four} = default"))};");
    }

    private void Loop(int rows)
    {
        if (product.RightAlongDepth)
        {
            writer.Open($"for (int k = {Vector} * Group.IdxX; k < count0; k += {Vector} * Group.DimX)");
            for (int column = 0; column < Columns; column++)
            {
                writer.Line(product.IsQuantized
                    ? $"Float4 r{column} = lines.Load(tile.FirstColumn{ProductTileKernel.Plus(column)}, k, length{column});"
                    : $"{Loaded} r{column} = {Loaded}.Load{Format}({product.Right}, right{column}, k, length{column}, shape.Aligned & ProductShape.RightAligned);");
            }
            for (int row = 0; row < rows; row++)
            {
                writer.Line($"{Loaded} l{row} = {Loaded}.Load{Format}({product.Left}, left{row}, k, count{row}, shape.Aligned & ProductShape.LeftAligned);");
                foreach (string half in Halves)
                    writer.Line($"s{row}_0 = Float4.Dots(l{row}{half}, r0{half}, r1{half}, r2{half}, r3{half}, s{row}_0);");
            }
        }
        else
        {
            writer.Open("for (int k = Group.IdxX; k < count0; k += Group.DimX)");
            for (int i = 0; i < Columns / Vector; i++)
            {
                writer.Line(product.IsQuantized
                    ? $"Float4 r{i} = lines.Load(k, tile.FirstColumn{ProductTileKernel.Plus(i * Vector)}, shape.Columns);"
                    : $"{Loaded} r{i} = {Loaded}.Load{Format}({product.Right}, matrix + (long)k * shape.Columns, tile.FirstColumn{ProductTileKernel.Plus(i * Vector)}, shape.Columns, shape.Aligned & ProductShape.RightAligned);");
            }
            string[] right = [.. Enumerable.Range(0, Columns / Vector).SelectMany(i => Halves.Select(half => $"r{i}{half}"))];
            for (int row = 0; row < rows; row++)
            {
                writer.Line($"float l{row} = k < count{row} ? {product.Operand.Widen($"{product.Left}[left{row} + k]")} : 0f;");
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
}
