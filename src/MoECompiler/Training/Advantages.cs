namespace MoECompiler.Training;

/// <summary>How much better actions turned out than was expected of them.</summary>
public static class Advantages
{
    /// <summary>Generalized advantage estimation over the steps of one actor, which may go through several episodes.</summary>
    /// <remarks>
    /// A_t = d_t + discount decay A_(t+1), d_t = r_t + discount V_(t+1) - V_t; after the last step of an episode V and A are 0. The returns that
    /// values are trained towards are A_t + V_t. Source: Schulman et al., High-Dimensional Continuous Control Using Generalized Advantage
    /// Estimation, ICLR 2016.
    /// </remarks>
    /// <param name="rewards">f32[T].</param>
    /// <param name="values">f32[T]: what was expected before each step.</param>
    /// <param name="ends">T flags: whether an episode ended with the step.</param>
    /// <param name="lastValue">What is expected after the last step, where its episode goes on.</param>
    /// <param name="advantages">f32[T]; overwritten.</param>
    /// <param name="returns">f32[T]; overwritten.</param>
    /// <param name="discount">What a reward one step later is worth; gamma.</param>
    /// <param name="decay">How far ahead rewards are trusted rather than values; lambda.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Estimate(
        ReadOnlySpan<float> rewards,
        ReadOnlySpan<float> values,
        ReadOnlySpan<bool> ends,
        float lastValue,
        Span<float> advantages,
        Span<float> returns,
        double discount = 0.99,
        double decay = 0.95)
    {
        int steps = rewards.Length;
        if (values.Length != steps || ends.Length != steps || advantages.Length != steps || returns.Length != steps)
            throw new ArgumentException($"There are {steps:N0} rewards: expected as many values, ends, advantages and returns.");
        double advantage = 0;
        double next = lastValue;
        for (int step = steps - 1; step >= 0; step--)
        {
            double goesOn = ends[step] ? 0 : 1;
            double value = values[step];
            advantage = rewards[step] + discount * goesOn * next - value + discount * decay * goesOn * advantage;
            advantages[step] = (float)advantage;
            returns[step] = (float)(advantage + value);
            next = value;
        }
    }

    /// <summary>(A - mean) / (deviation + 1e-8) in place, over all that are given: a batch's, as PPO takes them.</summary>
    public static void Normalize(Span<float> advantages)
    {
        double mean = 0;
        foreach (float advantage in advantages)
            mean += advantage / (double)advantages.Length;
        double variance = 0;
        foreach (float advantage in advantages)
            variance += (advantage - mean) * (advantage - mean) / advantages.Length;
        double scale = 1 / (Math.Sqrt(variance) + 1e-8);
        foreach (ref float advantage in advantages)
            advantage = (float)((advantage - mean) * scale);
    }
}
