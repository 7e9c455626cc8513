namespace BioLearn.ML.Networks;

/// <summary>
/// The factor on the learning rate, epoch by epoch: exponential decay, steps, and cosine annealing (Loshchilov and Hutter 2017), which multiply. After e epochs it is
/// d^e · f^(steps up to e) · ½ (1 + cos(π e / E)).
/// </summary>
internal sealed class LearningRateSchedule(NetworkOptions options)
{
    private double _fallen = 1;

    /// <summary>Whether the rate ever changes.</summary>
    public bool IsConstant { get; } = options is { LearningRateDecay: 1, LearningRateSteps.Count: 0, LearningRateAnnealing: 0 };

    /// <summary>The factor after one more epoch.</summary>
    /// <param name="epoch">Its number, from 1; asked one after the other.</param>
    public double After(int epoch)
    {
        _fallen *= options.LearningRateDecay * (options.LearningRateSteps.Contains(epoch) ? options.LearningRateStepFactor : 1);
        return options.LearningRateAnnealing == 0 ? _fallen : _fallen * 0.5 * (1 + Math.Cos(Math.PI * epoch / options.LearningRateAnnealing));
    }
}
