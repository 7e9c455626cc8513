using BioLearn.ML.Energy;
using BioLearn.ML.Networks;

namespace BioLearn.Experiments.Prospective.Alignment;

/// <summary>
/// A student learns the signs of a teacher's output (teacher example of Song et al. 2024): both are 2-2-1 networks of rectifiers without biases,
/// points are normally distributed. No rule is claimed to be better.
/// </summary>
/// <remarks>
/// Rows, one an epoch from 0: <c>train-loss</c>, mean over mini-batches of the sum over samples of (y − t)², without ½, each as met before its step;
/// <c>diverged</c>. How teacher and student start is not published; both are drawn from Glorot's normal distribution times √2 here.
/// </remarks>
public sealed class TeacherTrial : ITrial
{
    /// <summary>The rule. Default: predictive coding.</summary>
    public LearningRule Rule { get; init; } = new PredictiveCoding();

    /// <summary>Rate of plain descent along gradients summed over the mini-batch; above 0. Default: 0.01.</summary>
    public double LearningRate { get; init; } = 0.01;

    /// <summary>Points; at least 1. Default: 64.</summary>
    public int Points { get; init; } = 64;

    /// <summary>Points of a mini-batch; at least 1. Default: 4.</summary>
    public int BatchSize { get; init; } = 4;

    /// <summary>Epochs; at least 1. Default: 128.</summary>
    public int Epochs { get; init; } = 128;

    /// <inheritdoc/>
    public void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Points, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Epochs, 1);
        SettingRange.AboveZero(LearningRate);
    }

    /// <inheritdoc/>
    public void Run(TrialContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Check();
        NetworkSpec spec = new(new TensorShape(2), [new Dense(2, Activation.ReLU) { Bias = false }, new Dense(1, Activation.Linear) { Bias = false }], OutputHead.LinearSquaredError);
        Initializer start = Initializer.GlorotNormal with { Scale = Math.Sqrt(2) };
        double[] points = new double[Points * 2], signs = new double[Points];
        context.Stream("points").FillNormal<double>(points, 0, 1);
        using (Network<double> teacher = new(spec, Rule, start, context.Stream("teacher").NextInt(int.MaxValue)))
        using (NetworkTrainer<double> reader = new(teacher, Rule, OptimizerSettings.Sgd(1), Points))
        {
            Signal<double> outputs = reader.Predict(points);
            for (int i = 0; i < Points; i++)
                signs[i] = Math.Sign(outputs.Row(i)[0]);
        }
        Samples<double> samples = Samples<double>.OfTargets(points, signs, Points);
        using Network<double> student = new(spec, Rule, start, context.Seed);
        using NetworkTrainer<double> trainer = new(student, Rule, OptimizerSettings.Sgd(LearningRate), BatchSize);
        int[] order = new int[Points];
        bool diverged = false;
        for (int epoch = 0; epoch < Epochs; epoch++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            context.Stream($"order/{epoch}").FillPermutation(order);
            double loss = 0;
            int batches = 0;
            for (int first = 0; first < Points && !diverged; first += BatchSize, batches++)
            {
                ReadOnlySpan<int> rows = order.AsSpan(first, Math.Min(BatchSize, Points - first));
                trainer.LearningRateFactor = SummedGradients.Rate(Rule, 1, rows.Length);
                try
                {
                    loss += 2 * trainer.Step(samples, rows) * rows.Length; // ours has the ½
                }
                catch (DivergenceException)
                {
                    diverged = true;
                }
            }
            context.Record(epoch, ("train-loss", diverged ? double.NaN : loss / batches), ("diverged", diverged ? 1 : 0));
        }
    }
}
