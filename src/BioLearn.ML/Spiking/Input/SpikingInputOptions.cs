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
        RequireBetween(Width, 1, 4096, nameof(Width));
        RequireBetween(Height, 1, 4096, nameof(Height));
        RequireBetween(Border, 0, 4096, nameof(Border));
        RequireBetween(NormalizationRadius ?? 1, 1, 256, nameof(NormalizationRadius));
        if (!(Threshold > 0 && double.IsFinite(Threshold)))
            throw new ArgumentOutOfRangeException(nameof(Threshold), Threshold, "must be above 0");
        ArgumentNullException.ThrowIfNull(Filters);
        RequireBetween(Filters.Count, 1, 256, nameof(Filters));
        foreach (var filter in Filters)
            (filter ?? throw new ArgumentException("a filter is null", nameof(Filters))).Validate();
    }

    internal static void RequireBetween(int value, int least, int most, string name)
    {
        if (value < least || value > most)
            throw new ArgumentOutOfRangeException(name, value, $"must be between {least} and {most}");
    }
}
