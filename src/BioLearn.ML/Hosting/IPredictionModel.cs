using System.Numerics.Tensors;
using BioLearn.Kernels.Sparse;

namespace BioLearn.ML.Hosting;

/// <summary>Parameters of a trained model. The members that score and save are of no use outside BioLearn and stay internal.</summary>
/// <typeparam name="TSelf">The model itself.</typeparam>
public interface IPredictionModel<TSelf> : ITensorSource
    where TSelf : class, IPredictionModel<TSelf>
{
    /// <summary>Length of the feature vector.</summary>
    int FeatureCount { get; }

    /// <summary>Scores per row: the number of classes (multiclass), or 1.</summary>
    int OutputCount { get; }

    /// <summary>The name that stands in saved models. It never changes, whatever the type is called.</summary>
    internal static abstract string ComponentName { get; }

    /// <summary>Whether these parameters answer the questions of a task, so that it can go on from them.</summary>
    internal bool Predicts(PredictionTask task) => (task == PredictionTask.Multiclass) == (OutputCount > 1);

    /// <summary>Whether a training that goes on from these parameters may add classes.</summary>
    internal bool TakesFurtherClasses => false;

    /// <summary>
    /// Starts scoring: the delegate may keep scratch memory for <paramref name="capacity"/> rows and serves one thread.
    /// Multiclass scores are probabilities where the model has them, and rank the classes otherwise; a binary score is a logit, above 0 for the positive class.
    /// </summary>
    internal BatchScorer CreateScorer(int capacity);

    /// <summary>Starts scoring sparse rows, to the same scores; null of a model that needs them dense.</summary>
    internal SparseScorer? CreateSparseScorer(int capacity) => null;

    /// <summary>What rows can be asked beside their features; null of a model that is asked nothing.</summary>
    internal InstructionForm? Instruction => null;

    /// <summary>The layers whose units an instruction opens and closes.</summary>
    internal IReadOnlyList<GatedLayer> GatedLayers => [];

    /// <summary>Starts scoring rows that are asked something; of a model with an <see cref="Instruction"/>.</summary>
    internal IInstructedScorer CreateInstructedScorer(int capacity) => throw new NotSupportedException("This model is asked nothing.");

    /// <summary>The class that multiclass <paramref name="scores"/> of a row without missing features speak for, or -1 for none.</summary>
    internal int Choose(ReadOnlySpan<float> scores) => TensorPrimitives.IndexOfMax(scores);

    internal void Save(ModelWriter writer);

    internal static abstract TSelf Load(ModelReader reader);
}

/// <param name="features">[rows, FeatureCount].</param>
/// <param name="rows">Number of rows, at most the capacity.</param>
/// <param name="scores">[rows, OutputCount].</param>
internal delegate void BatchScorer(ReadOnlySpan<float> features, int rows, Span<float> scores);

/// <param name="rows">At most as many as the capacity.</param>
/// <param name="scores">[rows, OutputCount].</param>
internal delegate void SparseScorer(SparseRows<float> rows, Span<float> scores);
