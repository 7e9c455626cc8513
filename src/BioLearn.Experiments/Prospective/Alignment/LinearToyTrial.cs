using BioLearn.ML.Energy;
using BioLearn.ML.Networks;

namespace BioLearn.Experiments.Prospective.Alignment;

/// <summary>
/// Linear networks small enough to look at (figures 1 to 3a and d of Song et al. 2024): one sample is learned again and again, from weights that the
/// grid file gives. Deterministic: seeds make no difference.
/// </summary>
/// <remarks>
/// Rows, one an iteration from 0, before its step: <c>output-1</c> and so on; <c>weight-1</c> and so on of the first matrix, row by row. In double
/// precision.
/// </remarks>
public sealed class LinearToyTrial : ITrial
{
    /// <summary>The rule. Default: predictive coding.</summary>
    public LearningRule Rule { get; init; } = new PredictiveCoding();

    /// <summary>Rate of plain descent; above 0. Default: 0.2.</summary>
    public double LearningRate { get; init; } = 0.2;

    /// <summary>The sample. Default: 1.</summary>
    public double[] Input { get; init; } = [1];

    /// <summary>Its target. Default: 0, 1.</summary>
    public double[] Target { get; init; } = [0, 1];

    /// <summary>The first weights, [hidden units, inputs], row by row. Default: 1.</summary>
    public double[] FirstWeights { get; init; } = [1];

    /// <summary>The second weights, [outputs, hidden units], row by row. Default: 1, 1.</summary>
    public double[] SecondWeights { get; init; } = [1, 1];

    /// <summary>Whether the second weights learn. Default: yes.</summary>
    public bool SecondWeightsLearn { get; init; } = true;

    /// <summary>Rows; at least 1. Default: 64.</summary>
    public int Iterations { get; init; } = 64;

    /// <inheritdoc/>
    public void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Iterations, 1);
        SettingRange.AboveZero(LearningRate);
    }

    /// <inheritdoc/>
    public void Run(TrialContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Check();
        int hidden = Input.Length == 0 ? 0 : FirstWeights.Length / Input.Length;
        if (hidden == 0 || FirstWeights.Length != hidden * Input.Length || Target.Length == 0 || SecondWeights.Length != Target.Length * hidden)
            throw new ArgumentException($"first-weights has {FirstWeights.Length} numbers and second-weights {SecondWeights.Length}; expected hidden units x {Input.Length} of input and {Target.Length} of target x hidden units");
        NetworkSpec spec = new(new TensorShape(Input.Length), [new Dense(hidden, Activation.Linear) { Bias = false }, new Dense(Target.Length, Activation.Linear) { Bias = false }], OutputHead.LinearSquaredError);
        using Network<double> network = new(spec, Rule, Initializer.Zeros, context.Seed);
        FirstWeights.CopyTo(network.Weights(1).Values);
        SecondWeights.CopyTo(network.Weights(2).Values);
        network.Weights(2).LearningRateScale = SecondWeightsLearn ? 1 : 0;
        using NetworkTrainer<double> trainer = new(network, Rule, OptimizerSettings.Sgd(LearningRate), 1);
        for (int i = 0; i < Iterations; i++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            double[] outputs = trainer.Predict(Input).Span.ToArray(), weights = network.Weights(1).Values.ToArray();
            context.Record(i, [.. outputs.Select((value, k) => ($"output-{k + 1}", value)), .. weights.Select((value, k) => ($"weight-{k + 1}", value))]);
            trainer.Step(Input, Target);
        }
    }
}
