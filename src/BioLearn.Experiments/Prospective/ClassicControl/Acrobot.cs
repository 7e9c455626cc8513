using BioLearn.Kernels.Random;

namespace BioLearn.Experiments.Prospective.ClassicControl;

/// <summary>
/// Two hanging links swing up by a torque of -1, 0 or 1 at the joint between them (Sutton 1996; gym's Acrobot-v1). State: both angles, from hanging
/// down, and their velocities; observation: cosine and sine of both angles, and the velocities. Runge-Kutta steps of 0.2 s by the equations of Sutton and
/// Barto's book. A reward of -1 a step and 0 for the one that lifts the tip by a link's length above the upper joint; at most 500 steps.
/// </summary>
public sealed class Acrobot() : ControlTask(4, 6, 3, 500)
{
    private const double Length1 = 1, Mass1 = 1, Mass2 = 1, Centre1 = 0.5, Centre2 = 0.5, Inertia = 1, Gravity = 9.8, Seconds = 0.2;
    private const double Fastest1 = 4 * Math.PI, Fastest2 = 9 * Math.PI;

    /// <inheritdoc/>
    protected override void DrawStart(RandomStream random, Span<double> state)
    {
        foreach (ref double number in state)
            number = (float)(-0.1 + (0.2 * random.NextDouble())); // gym rounds the start, and only that
    }

    /// <inheritdoc/>
    protected override bool Move(int action, Span<double> state)
    {
        double torque = action - 1;
        Point s = new(state[0], state[1], state[2], state[3]);
        Point k1 = Derivative(s, torque), k2 = Derivative(s.Plus(k1, Seconds / 2), torque), k3 = Derivative(s.Plus(k2, Seconds / 2), torque), k4 = Derivative(s.Plus(k3, Seconds), torque);
        const double Sixth = Seconds / 6;
        state[0] = Wrap(s.Angle1 + (Sixth * (k1.Angle1 + (2 * k2.Angle1) + (2 * k3.Angle1) + k4.Angle1)));
        state[1] = Wrap(s.Angle2 + (Sixth * (k1.Angle2 + (2 * k2.Angle2) + (2 * k3.Angle2) + k4.Angle2)));
        state[2] = Math.Clamp(s.Turn1 + (Sixth * (k1.Turn1 + (2 * k2.Turn1) + (2 * k3.Turn1) + k4.Turn1)), -Fastest1, Fastest1);
        state[3] = Math.Clamp(s.Turn2 + (Sixth * (k1.Turn2 + (2 * k2.Turn2) + (2 * k3.Turn2) + k4.Turn2)), -Fastest2, Fastest2);
        return -Math.Cos(state[0]) - Math.Cos(state[1] + state[0]) > 1;
    }

    /// <inheritdoc/>
    protected override double Reward(bool ended) => ended ? 0 : -1;

    /// <inheritdoc/>
    protected override void Observe(ReadOnlySpan<double> state, Span<double> observation)
    {
        (observation[1], observation[0]) = Math.SinCos(state[0]);
        (observation[3], observation[2]) = Math.SinCos(state[1]);
        (observation[4], observation[5]) = (state[2], state[3]);
    }

    private static Point Derivative(Point s, double torque)
    {
        (double sin2, double cos2) = Math.SinCos(s.Angle2);
        double d1 = (Mass1 * Centre1 * Centre1) + (Mass2 * ((Length1 * Length1) + (Centre2 * Centre2) + (2 * Length1 * Centre2 * cos2))) + Inertia + Inertia;
        double d2 = (Mass2 * ((Centre2 * Centre2) + (Length1 * Centre2 * cos2))) + Inertia;
        double phi2 = Mass2 * Centre2 * Gravity * Math.Cos(s.Angle1 + s.Angle2 - (Math.PI / 2));
        double phi1 = (-Mass2 * Length1 * Centre2 * s.Turn2 * s.Turn2 * sin2) - (2 * Mass2 * Length1 * Centre2 * s.Turn2 * s.Turn1 * sin2)
            + (((Mass1 * Centre1) + (Mass2 * Length1)) * Gravity * Math.Cos(s.Angle1 - (Math.PI / 2))) + phi2;
        double turning2 = (torque + (d2 / d1 * phi1) - (Mass2 * Length1 * Centre2 * s.Turn1 * s.Turn1 * sin2) - phi2) / ((Mass2 * Centre2 * Centre2) + Inertia - (d2 * d2 / d1));
        double turning1 = -((d2 * turning2) + phi1) / d1;
        return new Point(s.Turn1, s.Turn2, turning1, turning2);
    }

    private static double Wrap(double angle)
    {
        while (angle > Math.PI)
            angle -= 2 * Math.PI;
        while (angle < -Math.PI)
            angle += 2 * Math.PI;
        return angle;
    }

    private readonly record struct Point(double Angle1, double Angle2, double Turn1, double Turn2)
    {
        public Point Plus(Point slope, double seconds) =>
            new(Angle1 + (seconds * slope.Angle1), Angle2 + (seconds * slope.Angle2), Turn1 + (seconds * slope.Turn1), Turn2 + (seconds * slope.Turn2));
    }
}
