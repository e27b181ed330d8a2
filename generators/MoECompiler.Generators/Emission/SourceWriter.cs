using System.Text;

namespace MoECompiler.Generators.Emission;

/// <summary>Writes C# with its indentation; lines end with LF on every machine.</summary>
internal sealed class SourceWriter
{
    private readonly StringBuilder _text = new();
    private int _depth;

    public SourceWriter Line(string line = "")
    {
        if (line.Length > 0)
            _text.Append(' ', 4 * _depth).Append(line);
        _text.Append('\n');
        return this;
    }

    /// <summary>An opening brace; what follows stands deeper.</summary>
    public SourceWriter Open(string head)
    {
        Line(head);
        Line("{");
        _depth++;
        return this;
    }

    public SourceWriter Close(string tail = "")
    {
        _depth--;
        return Line("}" + tail);
    }

    /// <summary>What follows stands deeper, without braces.</summary>
    public SourceWriter Indent()
    {
        _depth++;
        return this;
    }

    public SourceWriter Unindent()
    {
        _depth--;
        return this;
    }

    public SourceWriter Summary(string text) => Line($"/// <summary>{Escape(text)}</summary>");

    /// <summary>Text as it may stand in a doc comment.</summary>
    public static string Escape(string text) => text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");

    public override string ToString() => _text.ToString();
}
