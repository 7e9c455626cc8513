using BioLearn.Kernels.Random;

namespace BioLearn.Experiments.Prospective.Behaviour;

/// <summary>
/// Probabilistic reversal learning with two actions: the correct one pays +1 with probability 0.7 and else -1, the wrong one +1 with probability 0.4.
/// After four correct choices on end a reversal is due; it then comes with probability 0.25 after each trial. Choices from before a reversal
/// still count as they were made.
/// </summary>
/// <param name="random">Where pay and reversals are drawn from.</param>
public sealed class ReversalTask(RandomStream random)
{
    private const int ChoicesOnEnd = 4;
    private const double PayOfCorrect = 0.7, PayOfWrong = 0.4, Reversal = 0.25;

    private int _correctOnEnd;
    private bool _isDue;

    /// <summary>The correct action, 0 or 1.</summary>
    public int Correct { get; private set; }

    /// <summary>Pays for a choice, and perhaps reverses.</summary>
    /// <param name="action">0 or 1.</param>
    /// <returns>+1 or -1.</returns>
    public double Choose(int action)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)action, 1u, nameof(action));
        bool correct = action == Correct;
        double pay = random.NextDouble() < (correct ? PayOfCorrect : PayOfWrong) ? 1 : -1;
        _correctOnEnd = correct ? _correctOnEnd + 1 : 0;
        _isDue |= _correctOnEnd >= ChoicesOnEnd;
        if (_isDue && random.NextDouble() < Reversal)
        {
            Correct = 1 - Correct;
            _isDue = false;
        }
        return pay;
    }
}
