namespace FashionMoE;

/// <summary>How the model deals with the test images of one class.</summary>
/// <param name="Name">The class.</param>
/// <param name="Images">How many of its images were looked at.</param>
/// <param name="Accuracy">The share of them that the model recognizes.</param>
/// <param name="Shares">For each routed layer the share of the images' passes through experts that each expert took: they add up to 1.</param>
internal sealed record ClassUsage(string Name, long Images, double Accuracy, IReadOnlyList<double[]> Shares);
