using BioLearn.Kernels.Spiking;

namespace BioLearn.ML.Spiking;

/// <summary>
/// How a picture becomes spikes: grey, Lanczos to <see cref="Width"/> x <see cref="Height"/> (as Pillow), receptive fields, threshold,
/// and the stronger the contrast the earlier the spike. The defaults are Perez's for faces and motorbikes.
/// </summary>
public sealed record SpikingInputOptions
{
    /// <summary>Columns that pictures are resized to, 1 to 4096.</summary>
    public int Width { get; init; } = 250;

    /// <summary>Rows that pictures are resized to, 1 to 4096.</summary>
    public int Height { get; init; } = 160;

    /// <summary>Receptive fields, one input map each.</summary>
    public IReadOnlyList<ContrastFilter> Filters { get; init; } = [ContrastFilter.DifferenceOfGaussians()];

    /// <summary>Contrasts below this give no spike; above 0.</summary>
    public double Threshold { get; init; } = 15;

    /// <summary>Pixels at every side of the picture that give no spikes, 0 or more.</summary>
    public int Border { get; init; } = 5;

    /// <summary>
    /// Divides each contrast by the mean of the positive contrasts within so many pixels before the threshold, so that faint edges count as
    /// strong ones do; null for none. <see cref="Threshold"/> is then a ratio, near 1.
    /// </summary>
    public int? NormalizationRadius { get; init; }

    internal SpikePlane Plane => new(Height, Width, Filters.Count);

    internal void Validate()
    {
        Guard.Between(Width, 1, 4096);
        Guard.Between(Height, 1, 4096);
        Guard.Between(Border, 0, 4096);
        Guard.Between(NormalizationRadius ?? 1, 1, 256, nameof(NormalizationRadius));
        Guard.AboveZero(Threshold);
        ArgumentNullException.ThrowIfNull(Filters);
        Guard.Between(Filters.Count, 1, 256, nameof(Filters));
        foreach (var filter in Filters)
            (filter ?? throw new ArgumentException("a filter is null", nameof(Filters))).Validate();
    }
}
