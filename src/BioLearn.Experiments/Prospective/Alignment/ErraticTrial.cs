using BioLearn.Experiments.Prospective.Supervised;
using BioLearn.ML.Energy;
using BioLearn.ML.Networks;

namespace BioLearn.Experiments.Prospective.Alignment;

/// <summary>
/// How erratic the ways of weights are (supplement of Song et al. 2024): a network learns one random pair; how long is the way that its weights go,
/// and how far do they come?
/// </summary>
/// <remarks>
/// One row, after the last update: <c>path</c>, Σ over updates of ‖ΔW_l‖ (Frobenius), mean over layers; <c>distance</c>, ‖W_l after − before‖, mean over
/// layers; <c>detour</c>, path over distance, mean over layers; <c>loss</c>, ½‖y − t‖² before the last update. In double precision.
/// </remarks>
public sealed class ErraticTrial : ITrial
{
    /// <summary>The rule. Default: predictive coding.</summary>
    public LearningRule Rule { get; init; } = new PredictiveCoding();

    /// <summary>Rate of plain descent; above 0. Default: 0.5.</summary>
    public double LearningRate { get; init; } = 0.5;

    /// <summary>Matrices of weights, L; at least 1. Default: 3.</summary>
    public int Depth { get; init; } = 3;

    /// <summary>Units of every layer, input and output among them; at least 1. Default: 32.</summary>
    public int Width { get; init; } = 32;

    /// <summary>Activation of the hidden layers. Default: the sigmoid.</summary>
    public Activation Activation { get; init; } = Activation.Sigmoid;

    /// <summary>How weights start. Default: Glorot's normal distribution.</summary>
    public Initializer Initializer { get; init; } = Initializer.GlorotNormal;

    /// <summary>Deviation of the pair's normally distributed numbers; above 0. Default: 0.1.</summary>
    public double Deviation { get; init; } = 0.1;

    /// <summary>Updates of the weights; at least 1. Default: 64.</summary>
    public int Updates { get; init; } = 64;

    /// <inheritdoc/>
    public void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Updates, 1);
        SettingRange.AboveZero(LearningRate);
    }

    /// <inheritdoc/>
    public void Run(TrialContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Check();
        double[] input = new double[Width], target = new double[Width];
        context.Stream("input").FillNormal(input, 0, Deviation);
        context.Stream("target").FillNormal(target, 0, Deviation);
        using Network<double> network = new(MultilayerPerceptron.Of(Width, Depth, Width, Width, Activation), Rule, Initializer, context.Seed);
        WayOfWeights way = WayOfWeights.Go(network, Rule, LearningRate, input, target, Updates, context.Cancellation);
        context.Record(0, ("path", way.Paths.Average()), ("distance", way.Distances.Average()), ("detour", way.Paths.Zip(way.Distances, (path, distance) => path / distance).Average()), ("loss", way.LastLoss));
    }
}
