namespace MoECompiler;

/// <summary>Which of the judged experts compute which tokens.</summary>
public enum RouterSelection
{
    /// <summary>The TopK best of each token; of equal ones that with the lower index.</summary>
    TopK,
}
