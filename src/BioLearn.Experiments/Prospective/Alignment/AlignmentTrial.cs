using BioLearn.Experiments.Prospective.Supervised;
using BioLearn.ML.Energy;
using BioLearn.ML.Networks;

namespace BioLearn.Experiments.Prospective.Alignment;

/// <summary>
/// Target alignment and prospective index (figure 3e and supplement of Song et al. 2024): a network without biases makes one step on one random
/// pair, whose numbers are normally distributed. How straight does its output move to the target, and how well did the inferred activities foresee
/// those after learning?
/// </summary>
/// <remarks>One row: <c>alignment</c>; for predictive coding <c>index-1</c> and so on of each hidden layer. In double precision.</remarks>
public sealed class AlignmentTrial : ITrial
{
    /// <summary>The rule. Default: predictive coding.</summary>
    public LearningRule Rule { get; init; } = new PredictiveCoding();

    /// <summary>Rate of plain descent; above 0. Default: 0.001.</summary>
    public double LearningRate { get; init; } = 0.001;

    /// <summary>Matrices of weights, L; at least 1. Default: 2.</summary>
    public int Depth { get; init; } = 2;

    /// <summary>Units of every layer, input and output among them; at least 1. Default: 64.</summary>
    public int Width { get; init; } = 64;

    /// <summary>Activation of the hidden layers. Default: linear.</summary>
    public Activation Activation { get; init; } = Activation.Linear;

    /// <summary>How weights start. Default: Glorot's uniform distribution.</summary>
    public Initializer Initializer { get; init; } = Initializer.GlorotUniform;

    /// <summary>
    /// Which activities the index takes for inferred: those that the weights meet, as where weights move while activities rest, or, by default, those
    /// one move later, which the published program computes without a use for them.
    /// </summary>
    public bool FrozenActivities { get; init; }

    /// <inheritdoc/>
    public void Check()
    {
        SettingRange.AboveZero(LearningRate);
    }

    /// <inheritdoc/>
    public void Run(TrialContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Check();
        double[] input = new double[Width], target = new double[Width];
        context.Stream("input").FillNormal<double>(input, 0, 1);
        context.Stream("target").FillNormal<double>(target, 0, 1);
        using Network<double> network = new(MultilayerPerceptron.Of(Width, Depth, Width, Width, Activation), Rule, Initializer, context.Seed);
        OneStep step = OneStep.Of(network, Rule, LearningRate, input, target, FrozenActivities);
        context.Record(0, [("alignment", step.Alignment), .. step.Index.Select((index, l) => ($"index-{l + 1}", index))]);
    }
}
