namespace MoECompiler;

/// <summary>
/// Declares a dropout: in training each element is 0 with probability rate and divided by 1 - rate otherwise; in serving nothing happens.
/// </summary>
/// <param name="rate">The share of zeroes, from 0 to below 1.</param>
/// <remarks>No weights. Source: Srivastava et al., Dropout, JMLR 2014.</remarks>
public sealed class DropoutAttribute(float rate) : MemberAttribute
{
    public float Rate { get; } = rate;
}
