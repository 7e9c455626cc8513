using BioLearn.Kernels.Random;

namespace BioLearn.Experiments.Prospective.ClassicControl;

/// <summary>
/// A pole is balanced on a cart that is pushed left (0) or right (1) (Barto, Sutton and Anderson 1983; gym's CartPole-v1). State and observation:
/// position in metres, velocity, angle in radians, angular velocity. Euler steps of 0.02 s, positions by the old velocities. A reward of 1 a step; the
/// episode ends beyond 2.4 m or 12 degrees, or after 500 steps.
/// </summary>
public sealed class CartPole() : ControlTask(4, 4, 2, 500)
{
    private const double Gravity = 9.8, CartMass = 1, PoleMass = 0.1, Mass = PoleMass + CartMass, HalfLength = 0.5, Moment = PoleMass * HalfLength, Force = 10, Seconds = 0.02;
    private const double MostMetres = 2.4, MostRadians = 12 * 2 * Math.PI / 360;

    /// <inheritdoc/>
    protected override void DrawStart(RandomStream random, Span<double> state)
    {
        foreach (ref double number in state)
            number = -0.05 + (0.1 * random.NextDouble());
    }

    /// <inheritdoc/>
    protected override bool Move(int action, Span<double> state)
    {
        (double x, double v, double angle, double turn) = (state[0], state[1], state[2], state[3]);
        (double sin, double cos) = Math.SinCos(angle);
        double push = ((action == 1 ? Force : -Force) + (Moment * turn * turn * sin)) / Mass;
        double turning = ((Gravity * sin) - (cos * push)) / (HalfLength * ((4.0 / 3.0) - (PoleMass * cos * cos / Mass)));
        double acceleration = push - (Moment * turning * cos / Mass);
        state[0] = x + (Seconds * v);
        state[1] = v + (Seconds * acceleration);
        state[2] = angle + (Seconds * turn);
        state[3] = turn + (Seconds * turning);
        return Math.Abs(state[0]) > MostMetres || Math.Abs(state[2]) > MostRadians;
    }

    /// <inheritdoc/>
    protected override double Reward(bool ended) => 1;
}
