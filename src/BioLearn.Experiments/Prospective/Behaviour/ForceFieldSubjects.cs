using BioLearn.ML.Energy;
using BioLearn.ML.Networks;

namespace BioLearn.Experiments.Prospective.Behaviour;

/// <summary>
/// Subjects of motor adaptation: linear networks of two colours, hidden contexts and two force components, whose layers learn at rates of their own. A
/// colour reaches its own half of the contexts only, unless the first layer is fully connected.
/// </summary>
public sealed class ForceFieldSubjects : IDisposable
{
    private const int Colours = 2, Forces = 2;

    private readonly LearningRule _rule;
    private readonly int _contexts;

    /// <summary>Makes subjects whose weights are all 0.</summary>
    /// <param name="count">How many.</param>
    /// <param name="rule">Predictive coding or backpropagation.</param>
    /// <param name="rate">Rate of the first layer.</param>
    /// <param name="memoryRate">Rate of the second layer.</param>
    /// <param name="contexts">Hidden units; an even number of at least 2.</param>
    /// <param name="fullyConnected">Whether each colour reaches all contexts.</param>
    /// <exception cref="ArgumentException">The number of contexts is odd.</exception>
    public ForceFieldSubjects(int count, LearningRule rule, double rate, double memoryRate, int contexts = 2, bool fullyConnected = false)
    {
        ArgumentNullException.ThrowIfNull(rule);
        Subjects.Check(contexts >= Colours && contexts % Colours == 0, nameof(contexts), contexts, "an even number of at least 2");
        (_rule, _contexts, IsFullyConnected) = (rule, contexts, fullyConnected);
        Population = new(count, [Colours, contexts, Forces]);
        for (int hidden = 0; hidden < contexts; hidden++)
        {
            for (int i = 0; i < Colours; i++)
            {
                Population.Rate(1, hidden, i).Fill(Exists(hidden, i) ? rate : 0);
                Population.Rate(2, i, hidden).Fill(memoryRate);
            }
        }
    }

    /// <summary>Whether each colour reaches all contexts.</summary>
    public bool IsFullyConnected { get; }

    /// <summary>Weights of a subject, both layers; those that do not exist count.</summary>
    public int Weights => _contexts * (Colours + Forces);

    /// <summary>Their networks.</summary>
    public NetworkPopulation<double> Population { get; }

    /// <summary>Sets the weights of one subject.</summary>
    /// <param name="subject">Which, from 0.</param>
    /// <param name="numbers">[contexts, colours], then [forces, contexts]; those of synapses that do not exist are left out.</param>
    /// <param name="factor">Factor on them.</param>
    public void Start(int subject, ReadOnlySpan<double> numbers, double factor)
    {
        for (int hidden = 0; hidden < _contexts; hidden++)
        {
            for (int i = 0; i < Colours; i++)
            {
                Population.Weight(1, hidden, i)[subject] = Exists(hidden, i) ? factor * numbers[(hidden * Colours) + i] : 0;
                Population.Weight(2, i, hidden)[subject] = factor * numbers[(_contexts * Colours) + (i * _contexts) + hidden];
            }
        }
    }

    /// <summary>Shows a subject a trial's colour and lets it feel the force; null for a subject that has no more trials.</summary>
    /// <param name="subject">Which, from 0.</param>
    /// <param name="trial">The trial.</param>
    public void Show(int subject, ForceFieldTrial? trial)
    {
        for (int i = 0; i < Colours; i++)
        {
            Population.Input(i)[subject] = trial?.Colour == i ? 1 : 0;
            Population.Target(i)[subject] = trial is { Force: not Force.None } felt && i == (felt.Force == Force.Plus ? 0 : 1) ? 1 : 0;
            Population.HasTarget(i)[subject] = trial is null ? 0 : 1;
        }
    }

    /// <summary>Predictions of all subjects for the colour that they see.</summary>
    public void Predict() => Population.Predict();

    /// <summary>All subjects learn from the trial that they were shown.</summary>
    public void Learn() => Population.Learn(_rule);

    /// <summary>Releases the memory.</summary>
    public void Dispose() => Population.Dispose();

    private bool Exists(int hidden, int colour) => IsFullyConnected || hidden / (_contexts / Colours) == colour;
}
