namespace BioLearn.ML.Naming;

/// <summary>
/// What one image says to the name cells in the course of its steps: how often each neuron was active, its charge (the sum of its potential over
/// those steps), and which were active when. Names can so be given in time, at the first step at which a score reaches a threshold.
/// </summary>
public sealed class NamingTrace
{
    private readonly List<(int Step, int Place, float Potential)> _active = [];
    private readonly int _steps;

    /// <summary>Looks at the course of one image.</summary>
    /// <param name="coding">Which neurons are active.</param>
    /// <param name="potentials">Potentials of the last layer, [steps][height][width][maps].</param>
    /// <param name="steps">Time steps.</param>
    /// <param name="height">Height of the layer.</param>
    /// <param name="width">Width of the layer.</param>
    /// <param name="maps">Maps of the layer.</param>
    public NamingTrace(ActiveNeurons coding, ReadOnlySpan<float> potentials, int steps, int height, int width, int maps)
    {
        _steps = steps;
        Counts = new byte[height * width * maps];
        Charges = new double[Counts.Length];
        coding.ForEach(potentials, steps, height, width, maps, (step, place, potential) =>
        {
            _active.Add((step, place, potential));
            Counts[place]++;
            Charges[place] += potential;
        });
    }

    /// <summary>Active steps of every neuron.</summary>
    public byte[] Counts { get; }

    /// <summary>Σ V over the active steps of every neuron: the weighting of the potential score.</summary>
    public double[] Charges { get; }

    /// <summary>
    /// Names the image by both plain scores, Σ M and Σ V M over active neurons: the name with the largest score, the first of equal ones. With a
    /// <paramref name="threshold"/> each score decides by itself at the first step at which its best reaches it, and never otherwise; the image
    /// is looked at until both have decided.
    /// </summary>
    /// <param name="cells">Cells that were taught names.</param>
    /// <param name="threshold">The least score that gives a name; null names after the last step, always.</param>
    public NamingDecision Name(ConceptCells cells, double? threshold)
    {
        double[] weights = new double[cells.Count], potentials = new double[cells.Count];
        int byWeights = -1, byPotential = -1, next = 0;
        for (int t = 0; t < _steps && (byWeights < 0 || byPotential < 0); t++)
        {
            for (; next < _active.Count && _active[next].Step == t; next++)
            {
                var (_, place, potential) = _active[next];
                for (int name = 0; name < weights.Length; name++)
                {
                    double m = cells.Weights(name)[place];
                    weights[name] += m;
                    potentials[name] += potential * m;
                }
            }

            if (threshold is null && t < _steps - 1)
                continue;
            double least = threshold ?? double.NegativeInfinity;
            byWeights = byWeights < 0 ? Best(weights, least) : byWeights;
            byPotential = byPotential < 0 ? Best(potentials, least) : byPotential;
        }

        return new(byWeights, byPotential, weights, potentials);
    }

    private static int Best(double[] scores, double least)
    {
        double best = scores.Max();
        return best >= least ? Array.IndexOf(scores, best) : -1;
    }
}

/// <summary>What an image was named.</summary>
/// <param name="ByWeights">Number of the name by Σ M; -1 for none.</param>
/// <param name="ByPotential">Number of the name by Σ V M; -1 for none.</param>
/// <param name="WeightScores">Σ M of every name when the image was left.</param>
/// <param name="PotentialScores">Σ V M of every name when the image was left.</param>
public sealed record NamingDecision(int ByWeights, int ByPotential, IReadOnlyList<double> WeightScores, IReadOnlyList<double> PotentialScores);
