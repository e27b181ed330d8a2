using MoECompiler;

namespace FashionMoE;

/// <summary>What the command line says.</summary>
internal sealed record Settings
{
    /// <summary>The folder with the four IDX files.</summary>
    public required string Data { get; init; }

    public required int Epochs { get; init; }

    /// <summary>What the first weights, the order of the images and the dropout are made of.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The images of a step.</summary>
    public required int Batch { get; init; }

    /// <summary>The greatest learning rate, after the warm-up.</summary>
    public required double LearningRate { get; init; }

    /// <summary>The device's name; <c>best</c> for the fastest there is.</summary>
    public required string Device { get; init; }

    /// <summary>0 for one a core.</summary>
    public required int Threads { get; init; }

    /// <summary>The checkpoint of a training to go on with; null for a new one.</summary>
    public required string? Resume { get; init; }

    /// <summary>Where the training's checkpoint is written after each epoch; null for the folder of the output.</summary>
    public required string? Checkpoint { get; init; }

    /// <summary>The folder of what is written.</summary>
    public required string Output { get; init; }

    public string CheckpointPath => Checkpoint ?? Resume ?? Path.Combine(Output, "training.safetensors");

    public string ModelPath => Path.Combine(Output, "model.safetensors");

    /// <summary>The experts' load per class.</summary>
    public string LoadPicturePath => Path.Combine(Output, "experts.svg");

    /// <summary>Loss, accuracy and the experts' load, epoch by epoch.</summary>
    public string TrainingPicturePath => Path.Combine(Output, "training.svg");

    /// <summary>The device that the settings name.</summary>
    /// <exception cref="ArgumentException">There is no such device.</exception>
    public MoECompiler.Device Open() => Device switch
    {
        "best" when MoECompiler.Device.Best() is not CpuDevice and var best => best,
        "best" or "cpu" => new CpuDevice(Threads),
        _ => MoECompiler.Device.Open(Device),
    };
}
