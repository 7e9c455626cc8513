using System.Runtime.CompilerServices;

namespace BioLearn.Experiments;

/// <summary>Ranges that the framework's own checks do not hold: NaN fails them, and the message has the setting's name as a grid file gives it.</summary>
internal static class SettingRange
{
    /// <exception cref="ArgumentOutOfRangeException">The value is 0, below, or no finite number.</exception>
    public static void AboveZero(double value, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (!(value > 0 && double.IsFinite(value)))
            throw new ArgumentOutOfRangeException(name, value, "must be above 0");
    }
}
