using System.Globalization;

namespace MoECompiler.Training;

/// <summary>The scale of the next step, and how many steps it has served; part of a checkpoint.</summary>
internal readonly record struct LossScale(int Scale, int Steps)
{
    /// <summary>After a step without overflow.</summary>
    public LossScale Grown(LossScaling rule) =>
        Steps + 1 < rule.GrowthSteps ? this with { Steps = Steps + 1 } : new(Math.Min(2 * Scale, LossScaling.Greatest), 0);

    /// <summary>After an overflow.</summary>
    public LossScale Halved => new(Scale / 2, 0);

    /// <summary>As a checkpoint has it.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Scale} {Steps}");

    /// <summary>What <see cref="ToString"/> wrote; null for any other text.</summary>
    public static LossScale? Parse(string? text)
        => text?.Split(' ') is [var scale, var steps]
            && int.TryParse(scale, NumberStyles.None, CultureInfo.InvariantCulture, out int s) && s is >= 1 and <= LossScaling.Greatest && int.IsPow2(s)
            && int.TryParse(steps, NumberStyles.None, CultureInfo.InvariantCulture, out int served)
            ? new LossScale(s, served)
            : null;
}
