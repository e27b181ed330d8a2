using System.CommandLine;
using System.CommandLine.Invocation;
using System.Globalization;
using System.Numerics;

namespace FashionMoE;

/// <summary>The options of the program.</summary>
internal static class CommandLine
{
    private static readonly Option<string> s_data = new("--data")
    {
        Description = "The folder with train-images-idx3-ubyte, train-labels-idx1-ubyte and the two t10k files, as they are or .gz",
        HelpName = "DIR",
        DefaultValueFactory = static _ => FashionData.Shipped,
    };

    private static readonly Option<int> s_epochs = Between(1, 1_000_000, new Option<int>("--epochs")
    {
        Description = "How often the training images are gone through",
        HelpName = "N",
        DefaultValueFactory = static _ => 20,
    });

    private static readonly Option<ulong> s_seed = Between(0UL, ulong.MaxValue, new Option<ulong>("--seed")
    {
        Description = "What the first weights, the order of the images and the dropout are made of",
        HelpName = "N",
        DefaultValueFactory = static _ => 1,
    });

    private static readonly Option<int> s_batch = Between(1, 10_000, new Option<int>("--batch")
    {
        Description = "The images of a training step",
        HelpName = "N",
        DefaultValueFactory = static _ => 64,
    });

    private static readonly Option<double> s_learningRate = Between(0.0, 1.0, new Option<double>("--learning-rate")
    {
        Description = "The greatest learning rate, after the warm-up",
        HelpName = "X",
        DefaultValueFactory = static _ => 1e-3,
    });

    private static readonly Option<string> s_device = new("--device")
    {
        Description = "What it runs on: best, cpu, cuda or opencl; with a number where there are several, cuda:1",
        HelpName = "NAME",
        DefaultValueFactory = static _ => "best",
    };

    private static readonly Option<int> s_threads = Between(0, 256, new Option<int>("--threads")
    {
        Description = "How many threads compute on the CPU; 0 for one a core",
        HelpName = "N",
        DefaultValueFactory = static _ => 0,
    });

    private static readonly Option<string?> s_resume = new("--resume")
    {
        Description = "Go on with the training that this checkpoint holds",
        HelpName = "FILE",
    };

    private static readonly Option<string?> s_checkpoint = new("--checkpoint")
    {
        Description = "Where the training is written after each epoch, to be resumed [default: the resumed file, or OUTPUT/training.safetensors]",
        HelpName = "FILE",
    };

    private static readonly Option<string> s_output = new("--output")
    {
        Description = "The folder for the model, and for pictures of the training and of the experts' load",
        HelpName = "DIR",
        DefaultValueFactory = static _ => Path.Combine("artifacts", "FashionMoE"),
    };

    /// <summary>Runs the program with the options in <paramref name="arguments"/>; Ctrl+C cancels the token.</summary>
    /// <returns>The exit code.</returns>
    public static Task<int> InvokeAsync(string[] arguments, Func<Settings, CancellationToken, int> run)
    {
        RootCommand command = new("Trains a mixture of experts on the images of Fashion-MNIST and shows what its experts do.")
        {
            s_data, s_epochs, s_seed, s_batch, s_learningRate, s_device, s_threads, s_resume, s_checkpoint, s_output,
        };
        command.SetAction((options, cancellation) => Task.Run(() => run(Read(options), cancellation), CancellationToken.None));
        ParseResult result = command.Parse(arguments);
        if (result.Action is ParseErrorAction error)
            error.ShowHelp = false;
        // A canceled training writes its checkpoint first, which takes less than a minute on any disk.
        return result.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromMinutes(1) });
    }

    private static Settings Read(ParseResult options) => new()
    {
        Data = options.GetRequiredValue(s_data),
        Epochs = options.GetValue(s_epochs),
        Seed = options.GetValue(s_seed),
        Batch = options.GetValue(s_batch),
        LearningRate = options.GetValue(s_learningRate),
        Device = options.GetRequiredValue(s_device),
        Threads = options.GetValue(s_threads),
        Resume = options.GetValue(s_resume),
        Checkpoint = options.GetValue(s_checkpoint),
        Output = options.GetRequiredValue(s_output),
    };

    /// <summary>The option with an error for what is no number within the bounds, written as in C#.</summary>
    private static Option<T> Between<T>(T least, T most, Option<T> option) where T : INumber<T>
    {
        option.CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out T? number) && number >= least && number <= most)
                return number;
            result.AddError($"{option.Name} is '{text}'; it has to be a number from {least} to {most}.");
            return least;
        };
        return option;
    }
}
