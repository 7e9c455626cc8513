using BioLearn.Kernels.Random;

namespace BioLearn.ML.Spiking;

/// <summary>The spikes of a row's features over the steps of its presentation: in every step a feature fires by a chance that is its share of a rate.</summary>
internal sealed class PoissonSpikes
{
    private readonly List<int>[] _steps;

    public PoissonSpikes(int steps)
    {
        _steps = new List<int>[steps];
        for (int t = 0; t < steps; t++)
            _steps[t] = [];
    }

    /// <summary>The features that fire in a step, in order.</summary>
    public List<int> this[int step] => _steps[step];

    /// <summary>Draws them all.</summary>
    /// <param name="row">Features; one below 0 counts as 0.</param>
    /// <param name="chance">Of a feature of 1, in a step.</param>
    /// <param name="stream">What draws.</param>
    /// <returns>Whether any feature can fire.</returns>
    public bool Draw(ReadOnlySpan<float> row, double chance, RandomStream stream)
    {
        foreach (var step in _steps)
            step.Clear();
        bool any = false;
        for (int i = 0; i < row.Length; i++)
        {
            double p = Math.Min(row[i] * chance, 1);
            if (!(p > 0))
                continue;
            any = true;
            // Waiting times of a coin that is thrown in every step: a draw a spike in the place of one a step.
            double logarithm = p < 1e-9 ? -p : Math.Log(1 - p); // below, 1 - p loses its digits
            for (double at = Wait(); at < _steps.Length; at += 1 + Wait())
                _steps[(int)at].Add(i);

            double Wait() => p >= 1 ? 0 : Math.Floor(Math.Log(1 - stream.NextDouble()) / logarithm);
        }
        return any;
    }
}
