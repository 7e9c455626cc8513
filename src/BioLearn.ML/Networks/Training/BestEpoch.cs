using System.Numerics;

namespace BioLearn.ML.Networks;

/// <summary>Early stopping: keeps the parameters of the epoch whose validation loss was lowest.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <param name="network">The network.</param>
public sealed class BestEpoch<T>(Network<T> network)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private ParameterSnapshot<T>? _best;

    /// <summary>The lowest validation loss so far; infinite before the first.</summary>
    public double Lowest { get; private set; } = double.PositiveInfinity;

    /// <summary>Epochs since the loss was lowest.</summary>
    public int Stale { get; private set; }

    /// <summary>Takes note of an epoch; the first of several equal ones counts as the best.</summary>
    /// <param name="validationLoss">Loss on rows that were not learned from.</param>
    /// <returns>Whether it is the best so far.</returns>
    public bool Note(double validationLoss)
    {
        if (!(validationLoss < Lowest))
        {
            Stale++;
            return false;
        }
        Lowest = validationLoss;
        Stale = 0;
        if (_best is null)
            _best = new ParameterSnapshot<T>(network);
        else
            _best.Take();
        return true;
    }

    /// <summary>Puts the parameters of the best epoch back; does nothing before there is one.</summary>
    public void PutBack() => _best?.PutBack();
}
