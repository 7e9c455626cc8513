namespace BioLearn.ML.Networks;

/// <summary>How the state of a network that settles moves: one step of it, and what happens beside it.</summary>
internal interface IDynamics
{
    /// <summary>Looks at the state before a step; weights may learn from it.</summary>
    /// <param name="number">The step, from 0.</param>
    /// <param name="rate">The step's rate.</param>
    /// <returns>The energy, or NaN where nobody needs it.</returns>
    double Evaluate(int number, double rate);

    /// <summary>Whether the state moves in a step; it may learn only.</summary>
    bool Moves(int number, bool last);

    /// <summary>Moves the state.</summary>
    void Move(int number, double rate);

    /// <summary>What follows the step: weights may move.</summary>
    /// <param name="number">The step, from 0.</param>
    /// <param name="over">Whether it was the last: all were made, or the rate has fallen far enough.</param>
    void Follow(int number, bool over);
}

/// <summary>The rate of a relaxation: falls after a step that did not lower the energy, rises after one that did, and ends it when it has fallen far enough.</summary>
/// <param name="rate">The first rate.</param>
/// <param name="discount">Factor after a step that did not lower the energy.</param>
/// <param name="amplifier">Factor after a step that did.</param>
/// <param name="stopAt">The relaxation ends once the rate is no larger; 0 never.</param>
internal struct RateControl(double rate, double discount = 1, double amplifier = 1, double stopAt = 0)
{
    private double _previous = double.NaN;

    /// <summary>The present rate.</summary>
    public double Rate { get; private set; } = rate;

    /// <summary>Whether it has fallen far enough.</summary>
    public readonly bool IsOver => Rate <= stopAt;

    /// <summary>Takes note of the energy before a step that was made; the first has nothing to be compared with.</summary>
    public void Moved(int number, double energy)
    {
        if (number > 0)
            Rate *= energy < _previous ? amplifier : discount;
    }

    /// <summary>Remembers the energy for the next step.</summary>
    public void Remember(double energy) => _previous = energy;
}

/// <summary>The one loop in which networks settle: dynamics, control of the rate, stopping rule.</summary>
internal static class RelaxationLoop
{
    private const int StepsBetweenInterruptions = 16;

    /// <summary>Settles.</summary>
    /// <param name="dynamics">How the state moves.</param>
    /// <param name="steps">Most steps.</param>
    /// <param name="rate">The rate, and when it ends the relaxation.</param>
    /// <param name="interruption">Throws to stop it; null for nothing.</param>
    /// <returns>The energy before the last step; NaN where nobody needs it.</returns>
    public static double Settle<TDynamics>(ref TDynamics dynamics, int steps, RateControl rate, Action? interruption)
        where TDynamics : struct, IDynamics
    {
        double energy = double.NaN;
        for (int number = 0; number < steps; number++)
        {
            if (number % StepsBetweenInterruptions == StepsBetweenInterruptions - 1)
                interruption?.Invoke();
            bool last = number == steps - 1;
            energy = dynamics.Evaluate(number, rate.Rate);
            if (dynamics.Moves(number, last))
            {
                dynamics.Move(number, rate.Rate);
                rate.Moved(number, energy);
            }
            rate.Remember(energy);
            bool over = last || rate.IsOver;
            dynamics.Follow(number, over);
            if (over)
                break;
        }
        return energy;
    }
}
