using BioLearn.Kernels.Random;

namespace BioLearn.Experiments.Prospective.ClassicControl;

/// <summary>
/// A car too weak for the hill must first drive backwards (Moore 1990; gym's MountainCar-v0): actions push left (0), nothing (1), right (2). State and
/// observation: position in [-1.2, 0.6] and velocity within 0.07. A reward of -1 a step until the position is 0.5, at most 200 steps.
/// </summary>
public sealed class MountainCar() : ControlTask(2, 2, 3, 200)
{
    private const double Leftmost = -1.2, Rightmost = 0.6, Fastest = 0.07, Goal = 0.5, Force = 0.001, Gravity = 0.0025;

    /// <inheritdoc/>
    protected override void DrawStart(RandomStream random, Span<double> state)
    {
        state[0] = -0.6 + (0.2 * random.NextDouble());
        state[1] = 0;
    }

    /// <inheritdoc/>
    protected override bool Move(int action, Span<double> state)
    {
        double velocity = Math.Clamp(state[1] + ((action - 1) * Force) - (Math.Cos(3 * state[0]) * Gravity), -Fastest, Fastest);
        double position = Math.Clamp(state[0] + velocity, Leftmost, Rightmost);
        if (position == Leftmost && velocity < 0)
            velocity = 0;
        (state[0], state[1]) = (position, velocity);
        return position >= Goal && velocity >= 0;
    }

    /// <inheritdoc/>
    protected override double Reward(bool ended) => -1;
}
