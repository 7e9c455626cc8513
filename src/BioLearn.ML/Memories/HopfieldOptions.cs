using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;

namespace BioLearn.ML.Memories;

/// <summary>Options of <c>mlContext.Transforms.HopfieldMemory</c>.</summary>
public sealed class HopfieldOptions : UnsupervisedOptions
{
    /// <summary>How patterns are stored. Default: <see cref="HopfieldRule.PseudoInverse"/>, which keeps correlated patterns apart.</summary>
    public HopfieldRule Rule { get; set; } = HopfieldRule.PseudoInverse;

    /// <summary>
    /// Features above it are +1, below −1, and in a row to complete those equal to it, or NaN, are unknown; in a stored row they are −1.
    /// Not used by the modern rule, which takes any numbers and only NaN as unknown. Default: 0.
    /// </summary>
    public float Threshold { get; set; }

    /// <summary>Whether all units change at once; otherwise one after the other, in random order. Default: false.</summary>
    public bool Synchronous { get; set; }

    /// <summary>Sweeps over all units at most, or steps of the modern rule; at least 1. Default: 100.</summary>
    public int MaximumSweeps { get; set; } = 100;

    /// <summary>β of the modern rule, above 0: the larger, the more one stored pattern wins; null takes 8 / E[‖ξ‖²]. Default: null.</summary>
    public double? InverseTemperature { get; set; }

    /// <summary>Column for the energy of the completed pattern, a Single; null makes none. Default: null.</summary>
    public string? EnergyColumnName { get; set; }

    /// <summary>Column for whether the network came to rest within <see cref="MaximumSweeps"/>, a Boolean; null makes none. Default: null.</summary>
    public string? ConvergedColumnName { get; set; }

    internal override IReadOnlyList<string?> OutputColumns => [OutputColumnName, EnergyColumnName, ConvergedColumnName];

    internal override void Validate()
    {
        base.Validate();
        ValidateRecall();
    }

    /// <summary>Checks what a memory without columns needs.</summary>
    internal void ValidateRecall()
    {
        Guard.Defined(Rule);
        Guard.Finite(Threshold);
        Guard.AtLeast(MaximumSweeps, 1);
        if (InverseTemperature is { } beta)
            Guard.AboveZero(beta, nameof(InverseTemperature));
    }
}
