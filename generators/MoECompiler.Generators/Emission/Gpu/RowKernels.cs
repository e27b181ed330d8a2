using MoECompiler.Generators.Lowering;
using MoECompiler.Passes;

namespace MoECompiler.Generators.Emission.Gpu;

/// <summary>
/// The kernels of rows: a product with few columns and what is made of each row. On a GPU a group shares the product's sum and one of its
/// threads does the rest; on a processor a thread does it all.
/// </summary>
internal sealed class RowKernels(HashSet<string> names, Func<string, long> nominal)
{
    private readonly Dictionary<string, Kernel> _kernels = new(StringComparer.Ordinal);
    private readonly List<Kernel> _all = [];

    /// <summary>The threads of a group.</summary>
    private const int Threads = 128;

    public string Call(Node node, Func<Value, string> text)
    {
        Graph body = ((Region)node.Op).Body;
        Kernel kernel = Find(body);
        IEnumerable<string> arguments = ["gpu", .. node.Operands.Select(text), .. node.Results.Select(text), .. FuseRows.Sizes(body)];
        return $"Gpu.{kernel.Name}({string.Join(", ", arguments)});";
    }

    public void Emit(SourceWriter writer)
    {
        foreach (Kernel kernel in _all)
        {
            writer.Line();
            Emit(writer, kernel.Name, kernel.Body);
        }
    }

    private Kernel Find(Graph body)
    {
        SourceWriter text = new();
        RowProgram program = new(text, body, nominal);
        program.Write();
        string types = string.Join(";", body.Values.Select(v => $"{program.Name(v)}: {v.Type}"));
        string key = $"{types}\n{string.Join(";", body.Outputs.Select(o => program.Name(o.Value)))}\n{text}";
        if (!_kernels.TryGetValue(key, out Kernel? kernel))
        {
            string name = body.Nodes.Any(static n => n.Op is TopK) ? "Route" : Naming.Pascal(program.Name(body.Nodes[body.Nodes.Count - 1].Result));
            kernel = new Kernel(KernelNames.Take(names, name), body);
            _kernels.Add(key, kernel);
            _all.Add(kernel);
        }
        return kernel;
    }

    private void Emit(SourceWriter writer, string name, Graph body)
    {
        SourceWriter text = new();
        RowProgram program = new(text, body, nominal);
        Node product = program.Product;
        (Value x, Value sums) = (product.Operands[0], product.Result);
        Value? second = ((MatMul)product.Op).Second is null ? null : product.Operands[2];
        int lanes = program.Lanes(sums);
        IReadOnlyList<string> sizes = FuseRows.Sizes(body);
        List<string> views = [.. body.Inputs.Select(i => $"{PlanFile.Element(i.Type)}> {program.Name(i)}"), .. body.Outputs.Select(o => $"{PlanFile.Element(o.Value.Type)}> {program.Name(o.Value)}Result")];
        List<string> names = [.. views.Select(static v => v.Substring(v.IndexOf(' ') + 1))];
        string numbers = string.Concat(sizes.Select(static s => $", int {s}"));
        string given = string.Concat(sizes.Select(static s => $", {s}"));
        string arrays = string.Join(", ", views.Select(static v => $"ArrayView<{v}"));

        writer.Summary($"Of each row: {string.Join("; ", body.Nodes.Select(n => $"{program.Name(n.Result)} {n.Result.Type} = {Describe(n, program)}"))}.");
        writer.Open($"public static void {name}(GpuDevice gpu, {string.Join(", ", views.Select(static v => $"View<{v}"))}{numbers})");
        if (sums.Type.Columns.Constant is null)
            writer.Line($"ShapeCheck.AtMostCompiled({sums.Type.Columns}, {lanes}, \"{sums.Type.Columns}\");");
        foreach (Value value in body.Nodes.Select(static n => n.Result).Where(v => v.Type.Rank == 2 && v.Type.Columns.Constant is null && v.Type.Columns != sums.Type.Columns).GroupBy(static v => v.Type.Columns).Select(static g => g.First()))
            writer.Line($"ShapeCheck.AtMostCompiled({value.Type.Columns}, {program.Lanes(value)}, \"{value.Type.Columns}\");");
        writer.Line($"(int rows, int depth) = ({program.Name(x)}.Rows, {program.Name(x)}.Columns);");
        if (second is not null)
            writer.Line($"int depth2 = {program.Name(second)}.Columns;");
        writer.Line($"long flops = 2L * rows * {(second is null ? "depth" : "(depth + depth2)")} * {(sums.Type.Columns.Constant is null && sums.Type.Columns.ToString().Contains(' ') ? $"({sums.Type.Columns})" : sums.Type.Columns)};");
        writer.Line($"long bytes = 4 * ({string.Join(" + ", names.Select(static n => $"{n}.Count"))});");
        string call = $"{string.Join(", ", names.Select(static n => $"gpu.Array({n})"))}, rows, depth{(second is null ? "" : ", depth2")}{given}";
        writer.Line("if (gpu.Traits.IsProcessor)");
        writer.Indent().Line($"gpu.Launch({name}ByThread, Work.PerElement(rows, gpu.Traits.ElementGroup, flops, bytes), {call});").Unindent();
        writer.Line("else");
        writer.Indent().Line($"gpu.Launch({name}ByGroup, Work.PerRow(rows, {Threads}, flops, bytes), {call});").Unindent();
        writer.Close();

        string sumsOf(string prefix) => string.Join(", ", Enumerable.Range(0, lanes).Select(l => $"{prefix}{program.Lane(sums, l)}"));
        string parameters = $"{arrays}, int rows, int depth{(second is null ? "" : ", int depth2")}{numbers}";
        string passed = $"{string.Join(", ", names)}{given}";

        writer.Line();
        writer.Line("[ExcludeFromCodeCoverage]");
        writer.Open($"private static void {name}ByThread({parameters})");
        writer.Line("long row = GpuIndex.Element;");
        writer.Line("if (row >= rows)").Indent().Line("return;").Unindent();
        Sums(writer, program, "0", "1");
        writer.Line($"{name}Row(row, {sumsOf("")}, {passed});");
        writer.Close();

        writer.Line();
        writer.Line("[ExcludeFromCodeCoverage]");
        writer.Open($"private static void {name}ByGroup({parameters})");
        writer.Line("long row = Grid.IdxX;");
        Sums(writer, program, "Group.IdxX", "Group.DimX");
        // One more than the threads: the sums of all columns are then read from different banks.
        writer.Line($"ArrayView<float> parts = SharedMemory.Allocate<float>({lanes * (Threads + 1)});");
        for (int lane = 0; lane < lanes; lane++)
            writer.Line($"parts[{lane * (Threads + 1)} + Group.IdxX] = {program.Lane(sums, lane)};");
        writer.Line("Intrinsics.Barrier();");
        writer.Open($"if (Group.IdxX < {lanes})");
        writer.Line($"int first = Group.IdxX * {Threads + 1};");
        writer.Line("float sum = parts[first];");
        writer.Line("for (int i = 1; i < Group.DimX; i++)").Indent().Line("sum += parts[first + i];").Unindent();
        writer.Line("parts[first] = sum;");
        writer.Close();
        writer.Line("Intrinsics.Barrier();");
        writer.Line("if (Group.IdxX == 0)").Indent();
        writer.Line($"{name}Row(row, {string.Join(", ", Enumerable.Range(0, lanes).Select(static l => $"parts[{l * (Threads + 1)}]"))}, {passed});").Unindent();
        writer.Close();

        writer.Line();
        writer.Line("[ExcludeFromCodeCoverage]");
        writer.Open($"private static void {name}Row(long row, {sumsOf("float ")}, {arrays}{numbers})");
        program.Write();
        foreach (string line in text.ToString().TrimEnd('\n').Split('\n'))
            writer.Line(line);
        writer.Close();
    }

    /// <summary>The sums of a thread: of every so many elements of the row, from one on.</summary>
    private static void Sums(SourceWriter writer, RowProgram program, string from, string step)
    {
        Value sums = program.Product.Result;
        for (int lane = 0; lane < program.Lanes(sums); lane++)
            writer.Line($"float {program.Lane(sums, lane)} = 0f;");
        Add(writer, program, program.Product.Operands[0], program.Product.Operands[1], "depth", from, step);
        if (((MatMul)program.Product.Op).Second is not null)
            Add(writer, program, program.Product.Operands[2], program.Product.Operands[3], "depth2", from, step);
    }

    private static void Add(SourceWriter writer, RowProgram program, Value x, Value weight, string depth, string from, string step)
    {
        Value sums = program.Product.Result;
        bool isBound = sums.Type.Columns.Constant is not null;
        writer.Open($"for (int k = {from}; k < {depth}; k += {step})");
        writer.Line($"float element = {program.Name(x)}[row * {depth} + k];");
        for (int lane = 0; lane < program.Lanes(sums); lane++)
        {
            // A column that is not there reads the last one's weights; nobody uses its sum.
            string column = lane == 0 ? "" : isBound ? $"{lane} * {depth} + " : $"IntrinsicMath.Min({lane}, {sums.Type.Columns} - 1) * {depth} + ";
            writer.Line($"{program.Lane(sums, lane)} += element * {program.Name(weight)}[{column}k];");
        }
        writer.Close();
    }

    private static string Describe(Node node, RowProgram program) => node.Op is Elementwise elementwise
        ? FormulaDialect.Describe(elementwise.Expression, i => program.Name(node.Operands[i]), static e => e.ToString())
        : $"{node.Op.Name}({string.Join(", ", node.Operands.Select(program.Name))})";

    private sealed record Kernel(string Name, Graph Body);
}
