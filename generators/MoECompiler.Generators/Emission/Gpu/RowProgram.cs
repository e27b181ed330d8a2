using MoECompiler.Generators.Lowering;

namespace MoECompiler.Generators.Emission.Gpu;

/// <summary>
/// Prints what one thread makes of a row: each value is as many locals as it has columns, written out. An extent with a name may be bound
/// to less than its default: the locals past it are not there.
/// </summary>
internal sealed class RowProgram
{
    private readonly SourceWriter _writer;
    private readonly Graph _body;
    private readonly Func<string, long> _nominal;
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);

    /// <summary>For the values of a top-k the locals that hold the picks, and of what they are.</summary>
    private readonly Dictionary<string, string> _pickedFrom = new(StringComparer.Ordinal);

    public RowProgram(SourceWriter writer, Graph body, Func<string, long> nominal)
    {
        _writer = writer;
        _body = body;
        _nominal = nominal;
        string prefix = CommonPrefix([.. body.Nodes.SelectMany(static n => n.Results).Select(static r => r.Name)]);
        HashSet<string> taken = new(StringComparer.Ordinal) { "row", "x" };
        // Whatever it is that is routed: two routers of one form are one kernel.
        _names[Product.Operands[0].Name] = "x";
        foreach (Value value in body.Values.Where(v => !_names.ContainsKey(v.Name)))
        {
            string name = value.Name.Substring(value.Name.LastIndexOf('.') + 1);
            if (name.StartsWith(prefix, StringComparison.Ordinal) && name.Length > prefix.Length)
                name = name.Substring(prefix.Length);
            name = Naming.Camel(name.Replace("_", ""));
            _names[value.Name] = KernelNames.Take(taken, CSharpWords.Escape(name));
        }
    }

    /// <summary>The product that the program starts from.</summary>
    public Node Product => _body.Nodes[0];

    public string Name(Value value) => _names[value.Name];

    /// <summary>How many locals a value is.</summary>
    public int Lanes(Value value) => value.Type.Rank < 2 ? 1 : checked((int)value.Type.Columns.Evaluate(_nominal));

    /// <summary>The local of a column.</summary>
    public string Lane(Value value, int lane) => IsNumber(value) ? Name(value) : $"{Name(value)}{lane}";

    /// <summary>The statements of all nodes but the product, whose sums are in locals, and the stores of the results.</summary>
    public void Write()
    {
        if (((MatMul)Product.Op).Epilogue is { } epilogue)
            WriteEpilogue(epilogue);
        StoreWhereResult(Product.Result);
        foreach (Node node in _body.Nodes.Skip(1))
        {
            Write(node);
            StoreWhereResult(node.Result);
        }
    }

    private void Write(Node node)
    {
        Value y = node.Result;
        Value x = node.Operands[0];
        switch (node.Op)
        {
            case Softmax:
                _writer.Line($"float {Name(y)}Greatest = {Folded(x, "GpuMath.Max", "float.NegativeInfinity")};");
                Declare(y, lane => $"{Guard(x, lane)}GpuMath.Exp({Lane(x, lane)} - {Name(y)}Greatest){Else(x, lane, "0f")}");
                _writer.Line($"float {Name(y)}Share = 1f / ({string.Join(" + ", Range(y).Select(l => Lane(y, l)))});");
                Update(y, lane => $"{Lane(y, lane)} * {Name(y)}Share");
                break;
            case LogSumExp:
                _writer.Line($"float {Name(y)}Greatest = {Folded(x, "GpuMath.Max", "float.NegativeInfinity")};");
                string sum = string.Join(" + ", Range(x).Select(l => Present(x, l, $"GpuMath.Exp({Lane(x, l)} - {Name(y)}Greatest)", "0f")));
                _writer.Line($"float {Name(y)} = {Name(y)}Greatest + GpuMath.Log({sum});");
                break;
            case TopK:
                WriteTopK(x, y);
                break;
            case KeepSlots keep:
                WriteKeepSlots(keep, x, node.Operands[1], y);
                break;
            case GatherColumns:
                WriteGather(x, node.Operands[1], y);
                break;
            case Reduce reduce:
                WriteReduce(reduce, x, y);
                break;
            case Reshape:
                _writer.Line($"float {Name(y)} = {Name(x)};");
                break;
            case Elementwise elementwise:
                Declare(y, lane => FormulaDialect.Scalar.Print(elementwise.Expression, i => Operand(node.Operands[i], lane), Extent));
                break;
            default:
                throw new InvalidOperationException($"{node.Op.Name} has no text for a row.");
        }
    }

    private void WriteEpilogue(ScalarExpression epilogue)
    {
        Value y = Product.Result;
        int own = ((MatMul)Product.Op).ProductOperands;
        Update(y, lane => FormulaDialect.Scalar.Print(epilogue, i => i == 0 ? Lane(y, lane) : Operand(Product.Operands[own + i - 1], lane), Extent));
    }

    private void WriteTopK(Value x, Value y)
    {
        string taken = $"{Name(y)}Taken";
        _writer.Line($"ulong {taken} = {(x.Type.Columns.Constant is null ? $"Pick.TakenFrom({x.Type.Columns})" : "0ul")};");
        foreach (int slot in Range(y))
        {
            string pick = $"{Lane(y, slot)}Pick";
            _writer.Line($"Pick {pick} = Pick.None").Indent();
            int[] lanes = [.. Range(x)];
            for (int i = 0; i < lanes.Length; i += 4)
                _writer.Line(string.Concat(lanes.Skip(i).Take(4).Select(l => $".Or({Lane(x, l)}, {l}, {taken})")) + (i + 4 < lanes.Length ? "" : ";"));
            _writer.Unindent();
            _writer.Line($"int {Lane(y, slot)} = {pick}.Index;");
            if (slot + 1 < Lanes(y))
                _writer.Line($"{taken} = {pick}.AddTo({taken});");
        }
        _pickedFrom[y.Name] = x.Name;
    }

    private void WriteKeepSlots(KeepSlots keep, Value experts, Value scores, Value y)
    {
        string limit = ScalarExpression.Constant.Text(keep.Limit);
        if (keep.Rule == SlotRule.Above || keep.Limit >= 1)
        {
            Declare(y, lane => lane == 0 || keep.Rule == SlotRule.Share ? Operand(experts, lane) : $"{Operand(scores, lane)} > {limit} ? {Operand(experts, lane)} : -1");
            return;
        }
        string sum = $"{Name(y)}Sum", stays = $"{Name(y)}Stays";
        _writer.Line($"float {sum} = 0f;");
        _writer.Line($"bool {stays} = true;");
        foreach (int lane in Range(y))
        {
            if (lane > 0)
            {
                _writer.Line($"{sum} += {Operand(scores, lane - 1)};");
                _writer.Line($"{stays} &= {sum} < {limit};");
            }
            _writer.Line($"int {Lane(y, lane)} = {stays} ? {Operand(experts, lane)} : -1;");
        }
    }

    private void WriteGather(Value x, Value indices, Value y)
    {
        if (_pickedFrom.TryGetValue(indices.Name, out string? source))
        {
            Declare(y, lane => source == x.Name ? $"{Lane(indices, lane)}Pick.Value" : Chosen(x, Lane(indices, lane)));
            return;
        }
        foreach (int lane in Range(y))
            _writer.Line($"int {Lane(y, lane)}Index = {Operand(indices, lane)};");
        Declare(y, lane => $"{Lane(y, lane)}Index < 0 ? 0f : {Chosen(x, $"{Lane(y, lane)}Index")}");
    }

    private void WriteReduce(Reduce reduce, Value x, Value y)
    {
        string text = reduce.Kind switch
        {
            Reduction.Max => Folded(x, "GpuMath.Max", "float.NegativeInfinity"),
            Reduction.Min => Folded(x, "GpuMath.Min", "float.PositiveInfinity"),
            _ => string.Join(" + ", Range(x).Select(l => Present(x, l, Lane(x, l), "0f"))),
        };
        _writer.Line($"float {Name(y)} = {(reduce.Kind == Reduction.Mean ? $"({text}) / ({Extent(x.Type.Columns)})" : text)};");
    }

    /// <summary>A function of two numbers applied to one after another.</summary>
    private string Folded(Value x, string function, string absent) =>
        Range(x).Select(l => Present(x, l, Lane(x, l), absent)).Aggregate((left, right) => $"{function}({left}, {right})");

    /// <summary>The element that an index in a local points to.</summary>
    private string Chosen(Value x, string index) =>
        string.Concat(Range(x).Take(Lanes(x) - 1).Select(l => $"{index} == {l} ? {Operand(x, l)} : ")) + Operand(x, Lanes(x) - 1);

    private string Operand(Value value, int lane)
    {
        if (_body.Nodes.Any(n => n.Results.Contains(value)))
            return Lane(value, IsNumber(value) ? 0 : lane);
        if (value.Type.Count == Size.One)
            return $"{Name(value)}[0]";
        bool hasRows = value.Type.Shape[0] == Product.Result.Type.Shape[0];
        if (hasRows && IsNumber(value))
            return $"{Name(value)}[row]";
        // Past the bound extent there is nothing to read: the last one stands in.
        string column = value.Type.Columns.Constant is null && lane > 0 ? $"IntrinsicMath.Min({lane}, {value.Type.Columns} - 1)" : $"{lane}";
        return hasRows
            ? $"{Name(value)}[row * {Parenthesized(value.Type.Columns)} + {column}]"
            : $"{Name(value)}[{column}]";
    }

    private void StoreWhereResult(Value value)
    {
        if (!_body.Outputs.Any(o => o.Value.Equals(value)))
            return;
        foreach (int lane in Range(value))
        {
            string index = Lanes(value) == 1 && IsNumber(value) ? "row" : $"row * {Parenthesized(value.Type.Columns)} + {lane}";
            string store = $"{Name(value)}Result[{index}] = {Lane(value, lane)};";
            _writer.Line(IsSure(value, lane) ? store : $"if ({lane} < {value.Type.Columns})");
            if (!IsSure(value, lane))
                _writer.Indent().Line(store).Unindent();
        }
    }

    private void Declare(Value value, Func<int, string> text)
    {
        foreach (int lane in Range(value))
            _writer.Line($"{(value.Type.Type == DType.F32 ? "float" : "int")} {Lane(value, lane)} = {text(lane)};");
    }

    private void Update(Value value, Func<int, string> text)
    {
        foreach (int lane in Range(value))
            _writer.Line($"{Lane(value, lane)} = {text(lane)};");
    }

    private string Present(Value value, int lane, string text, string absent) =>
        IsSure(value, lane) ? text : $"({Guard(value, lane)}{text}{Else(value, lane, absent)})";

    private string Guard(Value value, int lane) => IsSure(value, lane) ? "" : $"{lane} < {value.Type.Columns} ? ";

    private string Else(Value value, int lane, string absent) => IsSure(value, lane) ? "" : $" : {absent}";

    /// <summary>A column that is there whatever the sizes are bound to: no extent is 0.</summary>
    private bool IsSure(Value value, int lane) => lane == 0 || value.Type.Rank < 2 || value.Type.Columns.Constant is not null;

    private static bool IsNumber(Value value) => value.Type.Rank < 2 || value.Type.Columns == Size.One;

    private IEnumerable<int> Range(Value value) => Enumerable.Range(0, Lanes(value));

    /// <summary>An extent as a float.</summary>
    private static string Extent(Size size) => size.Constant is { } number ? $"{number}f" : $"(float){Parenthesized(size)}";

    private static string Parenthesized(Size size) => size.ToString() is var text && text.Contains(' ') ? $"({text})" : text;

    /// <summary>What all names begin with, up to a capital: the member whose values they are.</summary>
    private static string CommonPrefix(string[] names)
    {
        string prefix = names[0];
        foreach (string name in names)
        {
            int same = 0;
            while (same < Math.Min(prefix.Length, name.Length) && prefix[same] == name[same])
                same++;
            prefix = prefix.Substring(0, same);
        }
        return names.All(n => n.Length > prefix.Length && char.IsUpper(n[prefix.Length])) ? prefix : "";
    }
}
