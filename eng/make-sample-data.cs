#:project ../src/MoECompiler/MoECompiler.csproj
#:property PublishAot=false

// Makes the data that the samples ship, byte for byte, from the full data sets:
//
//     dotnet run eng/make-sample-data.cs fashion FOLDER    from the four files of Fashion-MNIST, to samples/FashionMoE/data
//     dotnet run eng/make-sample-data.cs adult FOLDER      from adult-train.csv.gz and adult-test.csv.gz, to samples/MultiTask/data
//
// Run it in the repository's root. It compresses by GNU gzip, whose output is the same everywhere.

using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using MoECompiler.Data;

switch (args)
{
    case ["fashion", string folder]:
        MakeFashion(folder, "samples/FashionMoE/data", "train", rowsPerClass: 1_000);
        MakeFashion(folder, "samples/FashionMoE/data", "t10k", rowsPerClass: 200);
        return 0;
    case ["adult", string folder]:
        MakeAdult(Path.Combine(folder, "adult-train.csv.gz"), "samples/MultiTask/data/adult-train.csv", rows: 8_000);
        MakeAdult(Path.Combine(folder, "adult-test.csv.gz"), "samples/MultiTask/data/adult-test.csv", rows: 4_000);
        return 0;
    default:
        Console.Error.WriteLine("usage: dotnet run eng/make-sample-data.cs (fashion | adult) FOLDER");
        return 2;
}

// The first images of each class, in the order in which they are.
static void MakeFashion(string from, string to, string set, int rowsPerClass)
{
    string images = $"{set}-images-idx3-ubyte", labels = $"{set}-labels-idx1-ubyte";
    ByteColumn pixels = IdxFile.Read(Path.Combine(from, images + ".gz")).ToBytes("pixels");
    ByteColumn classes = IdxFile.Read(Path.Combine(from, labels + ".gz")).ToBytes("classes");
    int[] taken = new int[10];
    int[] rows = [.. Enumerable.Range(0, classes.Rows).Where(row => taken[classes.Elements[row]]++ < rowsPerClass)];
    WriteCompressed(Path.Combine(to, images), [.. Header(rows.Length, 28, 28), .. pixels.Take(rows).Elements]);
    WriteCompressed(Path.Combine(to, labels), [.. Header(rows.Length), .. classes.Take(rows).Elements]);
}

// The header of an IDX file of unsigned bytes.
static byte[] Header(params int[] extents)
{
    byte[] header = new byte[4 + 4 * extents.Length];
    header[2] = 0x08;
    header[3] = (byte)extents.Length;
    for (int i = 0; i < extents.Length; i++)
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 + 4 * i), extents[i]);
    return header;
}

// The first rows, under a header line, without the spaces after commas and the full stop that ends each line of the test set.
static void MakeAdult(string from, string to, int rows)
{
    string[] names =
    [
        "age", "workclass", "fnlwgt", "education", "education_num", "marital_status", "occupation", "relationship", "race", "sex",
        "capital_gain", "capital_loss", "hours_per_week", "native_country", "income",
    ];
    CsvTable table = CsvTable.Read(from, new CsvOptions { Names = names, TrimsSpaces = true });
    StringBuilder text = new StringBuilder().AppendJoin(',', names).Append('\n');
    for (int row = 0; row < rows; row++)
        text.AppendJoin(',', names.Select(name => table.Cell(row, name).ToString().TrimEnd('.'))).Append('\n');
    WriteCompressed(to, Encoding.UTF8.GetBytes(text.ToString()));
}

static void WriteCompressed(string path, byte[] contents)
{
    File.WriteAllBytes(path, contents);
    using Process gzip = Process.Start("gzip", ["--best", "--no-name", "--force", path]);
    gzip.WaitForExit();
    if (gzip.ExitCode != 0)
        throw new InvalidOperationException($"gzip ended with {gzip.ExitCode} on {path}.");
    Console.WriteLine($"{path}.gz: {new FileInfo(path + ".gz").Length:N0} bytes");
}
