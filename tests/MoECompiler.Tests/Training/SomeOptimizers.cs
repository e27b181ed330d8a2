using MoECompiler.Training;

namespace MoECompiler.Tests.Training;

/// <summary>Every optimizer by a name, with settings that show each term of its formula; <c>-8</c> for state in 8 bits.</summary>
internal static class SomeOptimizers
{
    private const string InBytes = "-8";

    /// <summary>Those with state of 32 bits, or none.</summary>
    public static readonly string[] Wide =
        ["sgd", "momentum", "nesterov", "adagrad", "rmsprop", "rmsprop-momentum", "adadelta", "adam", "adamw", "lion"];

    public static readonly string[] Dynamic = ["momentum-8", "adagrad-8", "rmsprop-momentum-8", "adam-8", "adamw-8", "lion-8"];

    public static Optimizer New(string name, StatePaging? paging = null)
    {
        StateFormat format = name.EndsWith(InBytes, StringComparison.Ordinal) ? StateFormat.Dynamic8 : StateFormat.Float32;
        return name.Replace(InBytes, "", StringComparison.Ordinal) switch
        {
            "sgd" => new Sgd { LearningRate = 0.05, WeightDecay = 0.1, StateFormat = format, Paging = paging },
            "momentum" => new Sgd { LearningRate = 0.05, WeightDecay = 0.1, Momentum = 0.9, StateFormat = format, Paging = paging },
            "nesterov" => new Sgd { LearningRate = 0.05, WeightDecay = 0.1, Momentum = 0.9, Nesterov = true, StateFormat = format, Paging = paging },
            "adagrad" => new AdaGrad { LearningRate = 0.05, WeightDecay = 0.1, StateFormat = format, Paging = paging },
            "rmsprop" => new RmsProp { LearningRate = 0.01, WeightDecay = 0.1, SquareDecay = 0.9, StateFormat = format, Paging = paging },
            "rmsprop-momentum" => new RmsProp { LearningRate = 0.01, WeightDecay = 0.1, SquareDecay = 0.9, Momentum = 0.8, StateFormat = format, Paging = paging },
            "adadelta" => new AdaDelta { WeightDecay = 0.1, StateFormat = format, Paging = paging },
            "adam" => new Adam { LearningRate = 0.01, WeightDecay = 0.1, MeanDecay = 0.8, SquareDecay = 0.95, StateFormat = format, Paging = paging },
            "adamw" => new AdamW { LearningRate = 0.01, WeightDecay = 0.1, MeanDecay = 0.8, SquareDecay = 0.95, StateFormat = format, Paging = paging },
            "lion" => new Lion { LearningRate = 0.01, WeightDecay = 0.1, StateFormat = format, Paging = paging },
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "There is no such optimizer."),
        };
    }

    /// <summary>What is kept of all parameters, exactly: floats, and the bytes of codes and their scales.</summary>
    public static float[] Kept(OptimizerState state) => [.. state.Trained.SelectMany(static item => item.Kept).SelectMany(static kept =>
        kept.IsDynamic ? [.. kept.Codes.ToArray().Select(static code => (float)code), .. kept.Scales.ToArray()] : kept.Value.ToArray())];
}
