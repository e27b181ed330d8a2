using System.IO.Compression;
using System.Text;
using CsCheck;
using MoECompiler.Data;
using MoECompiler.Tests.Support;
using Xunit;

namespace MoECompiler.Tests.Data;

public class CsvTableTests
{
    [Fact]
    public void Parse_Rfc4180_GivesItsCells()
    {
        CsvTable table = Parse("name,text,n\r\nplain,\"a \"\"quoted\"\", cell\",1\r\n\"two\nlines\",,2\n\n\"\",last,3");
        Assert.Equal(["name", "text", "n"], table.Names);
        Assert.Equal(["plain", "a \"quoted\", cell", "1", "two\nlines", "", "2", "", "last", "3"], Cells(table));
    }

    [Fact]
    public void Parse_AnyCells_AreReadBack()
        => Gen.Char["ab,;\"\n\r é漢 "].Array[0, 5].Select(static characters => new string(characters)).Array[3].Array[0, 6].Sample(static rows =>
        {
            StringBuilder text = new("x,y,z\n");
            foreach (string[] row in rows)
                text.AppendJoin(',', row.Select(static cell => $"\"{cell.Replace("\"", "\"\"")}\"")).Append("\r\n");
            Assert.Equal(rows.SelectMany(static row => row), Cells(Parse(text.ToString())));
        });

    [Fact]
    public void Parse_Options_AreFollowed()
    {
        CsvTable table = Parse("\n  1 ;\t\"a b\" ; ?\n   \n2;;x", new CsvOptions { Delimiter = ';', Names = ["n", "a", "b"], TrimsSpaces = true, MissingTexts = ["", "?"] });
        Assert.Equal(["1", "a b", "?", "2", "", "x"], Cells(table));
        Assert.Equal(["x"], table.Categories("b"));
        Assert.Equal([1, 2], table.Numbers("n"));
    }

    [Fact]
    public void Parse_TextLongerThanTheBuffer_IsReadWhole()
    {
        CsvTable table = Parse("x,y\n" + string.Concat(Enumerable.Range(0, 5000).Select(static i => $"{i},\"row {i}\"\r\n")));
        Assert.Equal(5000, table.Rows);
        Assert.Equal(Enumerable.Range(0, 5000).Select(static i => (float)i), table.Numbers("x"));
        Assert.Equal("row 4999", table.Cell(4999, "y").ToString());
        Assert.Throws<ArgumentOutOfRangeException>(() => table.Cell(5000, "y").ToString());
    }

    [Fact]
    public void Read_FileWithByteOrderMarkCompressedOrNot_IsRead()
    {
        using TemporaryFolder folder = new();
        byte[] text = [0xEF, 0xBB, 0xBF, .. "x\n1\n"u8];
        using MemoryStream compressed = new();
        using (GZipStream gzip = new(compressed, CompressionLevel.Optimal))
            gzip.Write(text);
        byte[] whole = compressed.ToArray();
        foreach (string path in (string[])[folder.Write("t.csv", text), folder.Write("t.csv.gz", whole)])
            Assert.Equal([1], CsvTable.Read(path).Numbers("x"));
        for (int length = 3; length < whole.Length; length++)
            Assert.Throws<DataException>(() => CsvTable.Read(folder.Write("t.csv.gz", whole.AsSpan(0, length))));
    }

    [Theory]
    [InlineData("", "t.csv: expected a header line with the columns' names, found no text.")]
    [InlineData("a,a\n", "t.csv: two columns have the name \"a\".")]
    [InlineData("a,b\n1,2\n\n3\n", "t.csv: line 4: expected 2 cells, found 1.")]
    [InlineData("a,b\n\"1\n\n\",2\n1,2,3\n", "t.csv: line 5: expected 2 cells, found 3.")]
    [InlineData("a\nx\"y\n", "t.csv: line 2: a quote stands inside a cell that does not begin with one.")]
    [InlineData("a\n\"x\"y\n", "t.csv: line 2: expected a delimiter or the end of the line after a closing quote, found \"y\".")]
    [InlineData("a\n\"x\n\n", "t.csv: line 2: a quoted cell has no closing quote.")]
    [InlineData("a\nx\ry\n", "t.csv: line 2: a carriage return is not followed by a line feed.")]
    public void Parse_WhatTheGrammarForbids_NamesTheLine(string text, string message)
        => Assert.Equal(message, Assert.Throws<DataException>(() => Parse(text)).Message);

    [Fact]
    public void Parse_InvalidUtf8_IsRefused()
        => Assert.Throws<DataException>(() => CsvTable.Parse(new MemoryStream([0x61, 0x0A, 0xFF]), "t.csv", new CsvOptions()));

    [Fact]
    public void Numbers_WhatIsNone_NamesLineAndColumn()
    {
        CsvTable table = Parse("a,b\n1.5,x\n,\"y\n\"\n-2e3,NaN\n");
        Assert.Equal([1.5f, -1f, -2000f], table.Numbers("a", missing: -1));
        Assert.Equal("t.csv: line 3, column \"a\": expected a number, found \"\".", Assert.Throws<DataException>(() => table.Numbers("a")).Message);
        Assert.Equal("t.csv: line 2, column \"b\": expected a number, found \"x\".", Assert.Throws<DataException>(() => table.Numbers("b", missing: 0)).Message);
        Assert.Equal("t.csv: expected a column \"c\", found \"a\", \"b\".", Assert.Throws<DataException>(() => table.Numbers("c")).Message);
        Assert.Throws<DataException>(() => Parse("a\nNaN\n").Numbers("a"));
        Assert.Throws<DataException>(() => Parse("a\n1e99\n").Numbers("a"));
    }

    [Fact]
    public void Codes_OfCategories_ArePositions()
    {
        CsvTable table = Parse("a,n\nred,1\nblue,2\n,3\nred,4\n");
        string[] categories = table.Categories("a");
        Assert.Equal(["blue", "red"], categories);
        Assert.Equal([1, 0, -1, 1], table.Codes("a", categories, other: -1));
        Assert.Equal("t.csv: line 4, column \"a\": expected one of \"blue\", \"red\", found \"\".", Assert.Throws<DataException>(() => table.Codes("a", categories)).Message);
    }

    [Fact]
    public void Encode_OtherTable_UsesWhatTheTrainingTableTaught()
    {
        TableEncoder encoder = new TableEncoder(Parse("color,size\nred,1\nblue,3\n,\n")).Number("size").Category("color");
        Assert.Equal(3, encoder.Width);
        FloatColumn encoded = encoder.Encode("features", Parse("size,color\n4,blue\n,red\n2,green\n0,\n"));
        Assert.Equal(new Extents(3), encoded.Spec.RowExtents);
        Assert.Equal([2, 1, 0, 0, 0, 1, 0, 0, 0, -2, 0, 0], encoded.Elements.ToArray());
    }

    [Theory]
    [InlineData(',', false, "name,text,n\r\nplain,\"a \"\"quoted\"\", cell\",1\r\n\"two\nlines\",,2\n")]
    [InlineData(';', true, "m;n\n1;2\n \"x\" ; -3.5 \n\n")]
    public void Parse_MutatedFiles_ThrowNothingElse(char delimiter, bool trimsSpaces, string text)
    {
        CsvOptions options = new() { Delimiter = delimiter, TrimsSpaces = trimsSpaces };
        string[] tokens = ["\"", "\"\"", ",", ";", "\n", "\r\n", "\r", "\0", " ", "n", "1e999", "\uFEFF"];
        int refused = new Mutations([Encoding.UTF8.GetBytes(text)], tokens).Run<DataException>(
            2_000,
            bytes =>
            {
                CsvTable table = CsvTable.Parse(new MemoryStream(bytes), "f", options);
                foreach (string name in table.Names)
                    table.Codes(name, table.Categories(name), other: -1);
                table.Numbers("n", missing: 0);
            },
            allocation: 128 << 10);
        Assert.InRange(refused, 1_000, 1_900);
    }

    private static CsvTable Parse(string text, CsvOptions? options = null)
        => CsvTable.Parse(new MemoryStream(Encoding.UTF8.GetBytes(text)), "t.csv", options ?? new CsvOptions());

    private static IEnumerable<string> Cells(CsvTable table)
    {
        for (int row = 0; row < table.Rows; row++)
        {
            foreach (string name in table.Names)
                yield return table.Cell(row, name).ToString();
        }
    }
}
