using BioLearn.Kernels.Sparse;

namespace BioLearn.ML.Hosting;

/// <summary>Scores rows beside whose features stands what they ask; keeps scratch memory and serves one thread.</summary>
internal interface IInstructedScorer
{
    /// <param name="features">[rows, features].</param>
    /// <param name="instructions">[rows, width]; a task as a one-hot vector.</param>
    /// <param name="rows">Number of rows, at most the capacity.</param>
    /// <param name="scores">Receives [rows, outputs].</param>
    void Score(ReadOnlySpan<float> features, ReadOnlySpan<float> instructions, int rows, Span<float> scores);

    /// <param name="features">Rows of which few features are set, at most as many as the capacity.</param>
    /// <param name="instructions">[rows, width]; a task as a one-hot vector.</param>
    /// <param name="scores">Receives [rows, outputs].</param>
    void Score(SparseRows<float> features, ReadOnlySpan<float> instructions, Span<float> scores);

    /// <summary>Which units of a layer the instruction of a row opened in the last call, 0 or 1, [units].</summary>
    ReadOnlySpan<float> Gates(int layer, int row);
}

/// <param name="Layer">Number of the layer, from 1.</param>
/// <param name="Units">Its units.</param>
internal readonly record struct GatedLayer(int Layer, int Units);
