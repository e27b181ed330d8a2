using MoECompiler.Data;

namespace MultiTask;

/// <summary>The rows of UCI Adult that ship with the sample, encoded: numbers standardized, categories one-hot.</summary>
internal sealed record CensusData(Dataset Training, Dataset Test, int Features)
{
    private static readonly string[] s_numbers = ["age", "education_num", "capital_gain", "capital_loss", "hours_per_week"];

    // Not relationship: a husband tells that he is married.
    private static readonly string[] s_categories = ["workclass", "occupation", "race", "sex", "native_country"];

    /// <exception cref="DataException">A file is missing, or is not the table.</exception>
    public static CensusData Read(string folder)
    {
        CsvTable training = CsvTable.Read(Path.Combine(folder, "adult-train.csv.gz"));
        CsvTable test = CsvTable.Read(Path.Combine(folder, "adult-test.csv.gz"));
        TableEncoder encoder = new(training);
        foreach (string column in s_numbers)
            encoder.Number(column);
        foreach (string column in s_categories)
            encoder.Category(column);
        return new CensusData(Encode(encoder, training), Encode(encoder, test), encoder.Width);
    }

    private static Dataset Encode(TableEncoder encoder, CsvTable table) => new(
        encoder.Encode("person", table), Is(table, "earnsMore", "income", ">50K"), Is(table, "neverMarried", "marital_status", "Never-married"));

    /// <summary>1 where the column has the value, else 0.</summary>
    private static FloatColumn Is(CsvTable table, string name, string column, string value)
    {
        float[] labels = new float[table.Rows];
        for (int row = 0; row < table.Rows; row++)
            labels[row] = table.Cell(row, column).StartsWith(value, StringComparison.Ordinal) ? 1 : 0;
        return new FloatColumn(name, labels, 1);
    }
}
