namespace MoECompiler;

/// <summary>
/// Declares a memory of very many small experts, of which each row asks the few whose keys are nearest to its query:
/// y = sum over i of softmax(score)[i] * B[i]^T A[i] x. f32[..., in] gives f32[..., out], to be added to what the model gives without it.
/// </summary>
/// <param name="in">The innermost extent that comes in.</param>
/// <param name="out">The innermost extent that goes out.</param>
/// <param name="rows">The experts lie in a grid: its rows, each with a key.</param>
/// <param name="columns">Its columns, each with a key; there are rows * columns experts.</param>
/// <param name="topK">How many experts a row asks, at most rows and at most columns.</param>
/// <remarks>
/// The score of an expert is q1 * its row's key + q2 * its column's key, with two queries of x: so the best of all are found among the best rows and
/// columns, and rows * columns experts cost what rows + columns do. A step of training reads, differentiates and updates the matrices of the experts
/// that were asked, and touches no others. rows * columns * Rank * (in + out) + KeyWidth * (2 * in + rows + columns) weights; a new memory gives 0.
/// Source: Li et al., Banishing LLM Hallucinations Requires Rethinking Generalization, 2024 (the memory experts of Lamini-1); the grid of keys is that
/// of Lample et al., Large Memory Layers with Product Keys, NeurIPS 2019.
/// </remarks>
public sealed class MemoryExpertsAttribute(int @in, int @out, int rows, int columns, int topK) : MemberAttribute
{
    public int In { get; } = @in;

    public int Out { get; } = @out;

    public int Rows { get; } = rows;

    public int Columns { get; } = columns;

    public int TopK { get; } = topK;

    /// <summary>The rank of an expert: the rows of its matrices A and B.</summary>
    public int Rank { get; set; } = 1;

    /// <summary>The extent of a key, and of each of the two queries.</summary>
    public int KeyWidth { get; set; } = 32;
}
