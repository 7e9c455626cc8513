using BioLearn.ML.Energy;
using BioLearn.ML.Networks;

namespace BioLearn.Experiments.Prospective.Behaviour;

/// <summary>
/// Animals that learn fear of a light and a noise: linear networks in which each stimulus has a synapse of perception and one of fear, of rates of
/// their own; both fears add up.
/// </summary>
public sealed class FearSubjects : IDisposable
{
    private readonly LearningRule _rule;

    /// <summary>Makes subjects that perceive both stimuli with a weight of 1 and fear nothing.</summary>
    /// <param name="count">How many.</param>
    /// <param name="rule">Predictive coding or backpropagation.</param>
    /// <param name="perceptionRate">Rate of both synapses of perception.</param>
    /// <param name="lightRate">Rate of the fear of the light.</param>
    /// <param name="noiseRate">Rate of the fear of the noise.</param>
    public FearSubjects(int count, LearningRule rule, double perceptionRate, double lightRate, double noiseRate)
    {
        ArgumentNullException.ThrowIfNull(rule);
        _rule = rule;
        Population = new(count, [2, 2, 1]);
        for (int i = 0; i < 2; i++)
        {
            Population.Weight(1, i, i).Fill(1);
            Population.Rate(1, i, i).Fill(perceptionRate);
        }
        Population.Rate(2, 0, 0).Fill(lightRate);
        Population.Rate(2, 0, 1).Fill(noiseRate);
    }

    /// <summary>Their networks: input 0 is the light, 1 the noise; the output is fear.</summary>
    public NetworkPopulation<double> Population { get; }

    /// <summary>Shows a subject stimuli, with the shock or without.</summary>
    /// <param name="subject">Which, from 0.</param>
    /// <param name="light">Whether there is light.</param>
    /// <param name="noise">Whether there is noise.</param>
    /// <param name="shock">Whether it is shocked.</param>
    public void Show(int subject, bool light, bool noise, bool shock)
    {
        Population.Input(0)[subject] = light ? 1 : 0;
        Population.Input(1)[subject] = noise ? 1 : 0;
        Population.Target(0)[subject] = shock ? 1 : 0;
    }

    /// <summary>All subjects learn from what they were shown.</summary>
    public void Learn() => Population.Learn(_rule);

    /// <summary>Fear of the noise alone.</summary>
    /// <param name="fear">Receives one number a subject.</param>
    public void FearOfNoise(Span<double> fear)
    {
        Population.Input(0).Clear();
        Population.Input(1).Fill(1);
        Population.Predict();
        Population.Output(0).CopyTo(fear);
    }

    /// <summary>Releases the memory.</summary>
    public void Dispose() => Population.Dispose();
}
