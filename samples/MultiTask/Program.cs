using System.CommandLine;
using System.Globalization;
using FashionMoE;
using MoECompiler;
using MoECompiler.Data;
using MoECompiler.Training;
using MultiTask;
using Spectre.Console;

if (!AnsiConsole.Profile.Out.IsTerminal)
    AnsiConsole.Profile.Width = 140;
Option<string> data = new("--data") { Description = "The folder with adult-train.csv.gz and adult-test.csv.gz", DefaultValueFactory = static _ => Path.Combine(AppContext.BaseDirectory, "data") };
Option<int> epochs = new("--epochs") { Description = "How often the training rows are gone through", DefaultValueFactory = static _ => 12 };
Option<ulong> seed = new("--seed") { Description = "What the first weights and the order of the rows are made of", DefaultValueFactory = static _ => 1 };
Option<string> device = new("--device") { Description = "What it runs on: cpu, cuda or opencl", DefaultValueFactory = static _ => "cpu" };
RootCommand command = new("Trains a multi-gate mixture of experts on two questions about the people of a census.") { data, epochs, seed, device };
command.SetAction((options, cancellation) => Task.Run(() => Run(options.GetValue(data)!, options.GetValue(epochs), options.GetValue(seed), options.GetValue(device)!, cancellation)));
return await command.Parse(args).InvokeAsync();

static int Run(string folder, int epochs, ulong seed, string deviceName, CancellationToken cancellation)
{
    try
    {
        CensusData census = CensusData.Read(folder);
        using Device device = Device.Open(deviceName);
        using CensusModel model = new(new CensusModelSizes { Features = census.Features }, device);
        model.Initialize(seed);
        Console.WriteLine($"{model.ParameterCount:N0} weights on {device.Name}; {census.Training.Rows:N0} training and {census.Test.Rows:N0} test rows of {census.Features} features");

        using DataLoader training = new(device, census.Training, batchSize: 64, seed);
        using DataLoader test = new(device, census.Test, batchSize: 500, isShuffled: false);
        using Trainer trainer = new(model, new AdamW { LearningRate = 2e-3, WeightDecay = 0.01 }, new TrainerOptions
        {
            Epochs = epochs,
            Seed = seed,
            Schedule = new CosineSchedule { WarmUpSteps = training.BatchesPerEpoch / 2 },
            EvaluationMetrics =
            [
                new RankedAuc("income", "earnsMore", "income AUC"), new BinaryAccuracy("income", "earnsMore", "income accuracy"),
                new RankedAuc("marriage", "neverMarried", "marriage AUC"), new BinaryAccuracy("marriage", "neverMarried", "marriage accuracy"),
            ],
        });
        TrainingReport report = TrainingDisplay.Show(progress => trainer.Fit(training, test, progress, cancellation), EpochLine);
        Show(report.Evaluation!, census);
        return 0;
    }
    catch (OperationCanceledException)
    {
        Console.Error.WriteLine("Canceled.");
        return 130;
    }
    catch (Exception error) when (error is DataException or TrainingException or DeviceException or ArgumentException or IOException or UnauthorizedAccessException)
    {
        Console.Error.WriteLine($"error: {error.Message}");
        return 1;
    }
}

// What each question scores, beside always giving its more frequent answer, and how its gate mixes the experts.
static void Show(EvaluationReport report, CensusData census)
{
    Table table = new Table().AddColumns("question", "AUC", "accuracy", "most frequent", "gate's mean weight of experts 1 to 6, percent").Border(TableBorder.Simple);
    foreach ((string task, string target, string gate, string question) in (ReadOnlySpan<(string, string, string, string)>)
        [("income", "earnsMore", "IncomeGate.load", "earns more than $50K"), ("marriage", "neverMarried", "MarriageGate.load", "never married")])
    {
        double ones = ((FloatColumn)census.Test[target]).Elements.ToArray().Average();
        double[] load = [.. report.Find(gate).Values];
        table.AddRow(
            question, Number(report[$"{task} AUC"]), Number(report[$"{task} accuracy"]), Number(Math.Max(ones, 1 - ones)),
            string.Join(' ', load.Select(w => $"{100 * w / load.Sum(),3:0}")));
    }
    AnsiConsole.Write(table);

    static string Number(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);
}

// The line of an epoch.
static string EpochLine(TrainingProgress progress, EvaluationReport evaluation) => string.Create(
    CultureInfo.InvariantCulture,
    $"epoch {progress.Epoch + 1,2}/{progress.Epochs}  loss {evaluation.Loss:0.000}  income AUC {evaluation["income AUC"]:0.000}  marriage AUC {evaluation["marriage AUC"]:0.000}");
