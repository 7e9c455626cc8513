namespace BioLearn.ML.Spiking;

/// <summary>
/// Constants of <see cref="PairStdp{T}"/>. A presynaptic spike Δt before a postsynaptic one changes the synapse by A₊ exp(−Δt/τ₊), Δt
/// after it by −A₋ exp(−Δt/τ₋), and at the same step by nothing.
/// </summary>
public sealed record PairStdpOptions
{
    /// <summary>A₊, the change by a pair pre before post in the limit of no delay; below 0 for anti-Hebbian synapses. Default: 0.01.</summary>
    public double Potentiation { get; init; } = 0.01;

    /// <summary>A₋, the loss by a pair post before pre in the limit of no delay; below 0 for anti-Hebbian synapses. Default: 0.012.</summary>
    public double Depression { get; init; } = 0.012;

    /// <summary>τ₊ of the presynaptic trace, in the unit of <see cref="StepDuration"/>; above 0. Default: 20.</summary>
    public double PotentiationTimeConstant { get; init; } = 20;

    /// <summary>τ₋ of the postsynaptic trace, in the unit of <see cref="StepDuration"/>; above 0. Default: 20.</summary>
    public double DepressionTimeConstant { get; init; } = 20;

    /// <summary>Duration dt of one step; above 0. Default: 1, a millisecond where the time constants are in milliseconds.</summary>
    public double StepDuration { get; init; } = 1;

    /// <summary>Least weight that a change may end at. Default: no bound.</summary>
    public double MinimumWeight { get; init; } = double.NegativeInfinity;

    /// <summary>Largest weight that a change may end at; at least <see cref="MinimumWeight"/>. Default: no bound.</summary>
    public double MaximumWeight { get; init; } = double.PositiveInfinity;

    internal void Validate()
    {
        Guard.Finite(Potentiation);
        Guard.Finite(Depression);
        Guard.AboveZero(PotentiationTimeConstant);
        Guard.AboveZero(DepressionTimeConstant);
        Guard.AboveZero(StepDuration);
        Guard.Holds(MinimumWeight <= MaximumWeight, MaximumWeight, $"must be at least MinimumWeight, {MinimumWeight}", nameof(MaximumWeight));
    }
}
