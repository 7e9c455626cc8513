using System.Numerics;
using System.Numerics.Tensors;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Rules;

/// <summary>What a hidden layer learns from in <see cref="LocalErrorSignals"/>.</summary>
public enum LocalLoss
{
    /// <summary>Cross-entropy of a linear classifier that reads the layer: "pred".</summary>
    Prediction,

    /// <summary>Samples of a class should look alike, those of two classes unlike: "sim".</summary>
    Similarity,

    /// <summary>(1 − β) of the first and β of the second: "predsim".</summary>
    PredictionAndSimilarity,
}

/// <summary>
/// Local error signals (Nøkland and Eidnes 2019): every hidden layer descends a loss of its own, and no error comes down from above.
/// Prediction: cross-entropy of softmax(P_l h_l + c_l), P_l learning along. Similarity: the mean over pairs of samples of
/// (S(h_l) − S(t))², S the cosines between the samples' vectors, each less its own mean. The output layer learns from its own error.
/// </summary>
/// <remarks>
/// h_l are the activities of the units, before pooling and dropout. Of a convolution the classifier reads averages over windows
/// (<see cref="PredictionWidth"/>), and S compares the standard deviations of its channels over space where it has more than three. The paper's
/// further layer between h_l and S, a linear map or a convolution with weights of its own, is not there: this is the similarity loss of its
/// variant without backpropagation. Samples whose vector does not vary are like none other and learn nothing from S. With sample weights w
/// a pair counts w w' / Σ w. For classes only; any graph of layers.
/// </remarks>
public sealed class LocalErrorSignals : LearningRule
{
    /// <summary>The loss of the hidden layers. Default: both.</summary>
    public LocalLoss Loss { get; init; } = LocalLoss.PredictionAndSimilarity;

    /// <summary>Share β of the similarity loss where there are both, in [0, 1]. Default: 0.99.</summary>
    public double SimilarityShare { get; init; } = 0.99;

    /// <summary>Most inputs that the classifier of a convolution reads: windows double, in height and width by turns, until it does. At least 1. Default: 4096.</summary>
    public int PredictionWidth { get; init; } = 4096;

    /// <summary>Initial weights P_l of the classifiers. Default: 0.</summary>
    public Initializer Classifier { get; init; } = Initializer.Zeros;

    /// <inheritdoc/>
    public override string Name => "local error signals";

    /// <inheritdoc/>
    public override bool AllowsFreeOutputs => false;

    /// <inheritdoc/>
    public override Activation? PreferredActivation => Activation.ReLU;

    /// <inheritdoc/>
    public override void Describe(NetworkSpec network, RuleRequirements needs)
    {
        ArgumentNullException.ThrowIfNull(network);
        Guard.Defined(Loss);
        Guard.Probability(SimilarityShare);
        Guard.AtLeast(PredictionWidth, 1);
        if (network.Head == OutputHead.LinearSquaredError)
            throw new ArgumentException("Local error signals learn classes; they cannot be taught numbers (head LinearSquaredError).", nameof(network));
        if (Loss == LocalLoss.Similarity)
            return;
        int classes = LocalClasses.Of(network);
        foreach (Layer layer in network.Graph.SkipLast(1).Where(Learns))
        {
            needs.Side("P", layer.Index, classes, LocalPrediction.WidthOf(layer.Units, PredictionWidth), Classifier);
            needs.Side("c", layer.Index, 1, classes, Initializer.Zeros);
        }
    }

    /// <inheritdoc/>
    public override void ComputeCredit<T>(LearningContext<T> step)
    {
        step.Forward();
        step.OutputError();
        T similarity = T.CreateChecked(Loss switch { LocalLoss.Prediction => 0, LocalLoss.Similarity => 1, _ => SimilarityShare });
        SimilarityMatching<T> matching = new(step);
        if (similarity > T.Zero)
            matching.SetTargets(LocalClasses.Targets(step));
        for (int l = 1; l < step.Depth; l++)
        {
            Layer layer = step.Layer(l);
            if (!Learns(layer))
                continue;
            Signal<T> delta = step.Delta(l);
            if (Loss == LocalLoss.Similarity)
                delta.Span.Clear();
            else
                LocalPrediction.Learn(step, l, PredictionWidth, T.One - similarity, delta);
            if (similarity > T.Zero)
                matching.AddCredit(l, similarity, delta);
            step.Gate(layer.Activation, step.Clean.PreActivation(l), step.Clean.Units(l), delta);
        }
        step.LearnAll();
    }

    private static bool Learns(Layer layer) => layer.HasWeights || layer.Normalization is not null;
}

/// <summary>The targets as classes: a single output stands for two.</summary>
internal static class LocalClasses
{
    public static int Of(NetworkSpec network) => Math.Max(2, network.Outputs);

    /// <summary>One-hot, [batch, classes].</summary>
    public static Signal<T> Targets<T>(LearningContext<T> step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (step.Target.Width > 1)
            return step.Target;
        Signal<T> classes = step.Scratch("classes", 0, 2);
        for (int b = 0; b < step.Batch; b++)
        {
            T one = step.Target.Row(b)[0];
            classes.Row(b)[0] = T.One - one;
            classes.Row(b)[1] = one;
        }
        return classes;
    }
}
