namespace BioLearn.ML.Naming;

/// <summary>
/// The rates over a training: λ times the base rates for the first examples, then divided by λ; each further pass divides once more when it
/// comes to the same place, as the original does.
/// </summary>
internal sealed class Novelty(double potentiation, double depression, double factor, int novelExamples)
{
    private int _shown;

    public double Potentiation { get; private set; } = factor * potentiation;

    public double Depression { get; private set; } = factor * depression;

    public void BeginPass() => _shown = 0;

    /// <summary>To be called before each example is shown.</summary>
    public void Next()
    {
        if (_shown++ != novelExamples)
            return;
        Potentiation /= factor;
        Depression /= factor;
    }
}
