namespace MoECompiler;

/// <summary>How a number changes over training, from From to To in so many steps; t is the step's number. It stays at To afterwards.</summary>
public enum ScheduleShape
{
    /// <summary>From, always.</summary>
    Constant,

    /// <summary>From - t (From - To) / Over.</summary>
    Linear,

    /// <summary>From exp(ln(To / From) t / Over): the same factor each step. From and To have one sign and are not 0.</summary>
    Exponential,
}
