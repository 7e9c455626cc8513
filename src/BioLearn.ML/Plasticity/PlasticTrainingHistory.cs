namespace BioLearn.ML.Plasticity;

/// <summary>Error of every update of a training.</summary>
public sealed class PlasticTrainingHistory
{
    private readonly float[] _absoluteErrors;
    private readonly float[] _wrongSigns;

    internal PlasticTrainingHistory(int capacity)
    {
        _absoluteErrors = new float[capacity];
        _wrongSigns = new float[capacity];
    }

    /// <summary>Updates recorded.</summary>
    public int Count { get; private set; }

    /// <summary>Mean over the update's episodes of Σ |output - target|, one value an update.</summary>
    public ReadOnlySpan<float> AbsoluteErrors => _absoluteErrors.AsSpan(0, Count);

    /// <summary>Share of wrong signs, one value an update.</summary>
    public ReadOnlySpan<float> WrongSigns => _wrongSigns.AsSpan(0, Count);

    internal void Add(PlasticTrainingProgress progress) => Add((float)progress.AbsoluteError, (float)progress.WrongSigns);

    internal void Add(float absoluteError, float wrongSigns)
    {
        _absoluteErrors[Count] = absoluteError;
        _wrongSigns[Count++] = wrongSigns;
    }
}
