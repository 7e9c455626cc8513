using System.Numerics;

namespace BioLearn.ML.Networks;

/// <summary>What steps of gradient 0 do to a weight that was met some steps ago.</summary>
/// <param name="Horizon">
/// Steps after which the moments move it no more: the rest of the way is below the rounding of the way so far. <see cref="int.MaxValue"/> where
/// every step moves it for ever, as with an L2 penalty that goes through the moments.
/// </param>
/// <param name="FirstDecay">Factor of a step on the first moment.</param>
/// <param name="SecondDecay">Factor of a step on the second moment.</param>
internal readonly record struct MissedSteps(int Horizon, double FirstDecay, double SecondDecay)
{
    public static MissedSteps Of<T>(OptimizerSettings settings, bool penalized)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double rounding = Rounding<T>();
        return settings.Kind switch
        {
            // Without moments only the weight itself decays.
            OptimizerKind.Sgd => new(0, 1, 1),
            OptimizerKind.Momentum or OptimizerKind.Nesterov => new(penalized ? int.MaxValue : Until(settings.Momentum, rounding), settings.Momentum, 1),
            OptimizerKind.RmsProp => new(penalized ? int.MaxValue : 0, settings.Beta2, 1),
            // A step is m / sqrt(v) but for ε, which only shortens it, and the corrections of the first steps, which grow tenfold at most in all.
            OptimizerKind.Adam or OptimizerKind.AdamW => new(
                penalized ? int.MaxValue : Until(settings.Beta1 / Math.Sqrt(settings.Beta2), rounding / 16), settings.Beta1, settings.Beta2),
            _ => throw new ArgumentOutOfRangeException(nameof(settings), settings.Kind, "is no optimizer"),
        };
    }

    /// <summary>Whether moments move nothing that is above rounding: there are none, or m is nothing beside √v.</summary>
    public static bool IsAtRest<T>(ReadOnlySpan<T> first, ReadOnlySpan<T> second)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (second.IsEmpty)
            return !first.ContainsAnyExcept(T.Zero);
        T rest = T.CreateChecked(Rounding<T>() * Rounding<T>() / 256);
        for (int i = 0; i < first.Length; i++)
        {
            if (first[i] * first[i] > rest * second[i])
                return false;
        }
        return true;
    }

    private static double Rounding<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => typeof(T) == typeof(float) ? 1.0 / (1 << 24) : 1.0 / (1L << 53);

    /// <summary>The first h for which Σ from h of r^k is below a share of the sum from 0; one that never falls has none.</summary>
    private static int Until(double ratio, double share) => ratio switch
    {
        <= 0 => 1,
        >= 1 => int.MaxValue,
        _ => (int)Math.Min(int.MaxValue, Math.Ceiling(Math.Log(share) / Math.Log(ratio))),
    };
}
