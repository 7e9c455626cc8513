namespace BioLearn.Cli.Learning;

/// <summary>One epoch of one run.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Loss">Mean training loss, as met on the way.</param>
/// <param name="TestLoss">Mean loss on the test rows of known classes; NaN where rows are set aside for the validation, whose loss is measured then.</param>
/// <param name="TestScore">Share of all test rows whose class was found, or R².</param>
/// <param name="Seconds">Wall time since the start, tests included.</param>
internal readonly record struct EpochResult(int Epoch, double Loss, double TestLoss, double TestScore, double Seconds)
{
    /// <summary>Mean loss on the rows that are set aside to choose the epoch by; NaN where none are.</summary>
    public double ValidationLoss { get; init; } = double.NaN;

    /// <summary>The epoch whose loss on the rows set aside is lowest, the first of several; the last one where none are.</summary>
    public static EpochResult Best(IReadOnlyList<EpochResult> epochs)
    {
        EpochResult best = epochs[^1];
        foreach (EpochResult epoch in epochs.Reverse())
        {
            if (epoch.ValidationLoss <= best.ValidationLoss || double.IsNaN(best.ValidationLoss) && !double.IsNaN(epoch.ValidationLoss))
                best = epoch;
        }
        return best;
    }

    /// <summary>Epochs since the best one.</summary>
    public static int Stale(IReadOnlyList<EpochResult> epochs) => epochs.Count == 0 ? 0 : epochs[^1].Epoch - Best(epochs).Epoch;
}
