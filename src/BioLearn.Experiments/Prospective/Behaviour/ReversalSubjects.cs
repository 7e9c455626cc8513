using BioLearn.ML.Energy;
using BioLearn.ML.Networks;

namespace BioLearn.Experiments.Prospective.Behaviour;

/// <summary>Subjects of reversal learning: linear networks from a constant input over one hidden unit to the values of two actions; only the chosen action's value has a target.</summary>
public sealed class ReversalSubjects : IDisposable
{
    private const int Actions = 2;

    private readonly LearningRule _rule;

    /// <summary>Makes subjects whose weights are all 0.</summary>
    /// <param name="count">How many.</param>
    /// <param name="rule">Predictive coding or backpropagation.</param>
    /// <param name="rate">Rate of all synapses.</param>
    public ReversalSubjects(int count, LearningRule rule, double rate)
    {
        ArgumentNullException.ThrowIfNull(rule);
        _rule = rule;
        Population = new(count, [1, 1, Actions]);
        Population.Input(0).Fill(1);
        Population.Rate(1, 0, 0).Fill(rate);
        for (int action = 0; action < Actions; action++)
            Population.Rate(2, action, 0).Fill(rate);
    }

    /// <summary>Their networks; outputs are the values of the actions.</summary>
    public NetworkPopulation<double> Population { get; }

    /// <summary>What an action brought a subject.</summary>
    /// <param name="subject">Which, from 0.</param>
    /// <param name="action">0 or 1.</param>
    /// <param name="pay">+1 or -1.</param>
    public void Show(int subject, int action, double pay)
    {
        for (int i = 0; i < Actions; i++)
            Population.HasTarget(i)[subject] = i == action ? 1 : 0;
        Population.Target(action)[subject] = pay;
    }

    /// <summary>All subjects learn from what they were shown.</summary>
    public void Learn() => Population.Learn(_rule);

    /// <summary>Releases the memory.</summary>
    public void Dispose() => Population.Dispose();
}
