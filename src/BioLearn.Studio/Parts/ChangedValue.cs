using System.Globalization;
using Microsoft.AspNetCore.Components;

namespace BioLearn.Studio.Parts;

/// <summary>What a field was changed to, as markup asks for it.</summary>
internal static class ChangedValue
{
    /// <summary>As text.</summary>
    public static string Text(this ChangeEventArgs change) => change.Value?.ToString() ?? "";

    /// <summary>As a whole number, 0 where it is none.</summary>
    public static int Whole(this ChangeEventArgs change) => (int)change.Number();

    /// <summary>As a number, 0 where it is none.</summary>
    public static double Number(this ChangeEventArgs change) => double.TryParse(change.Text(), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) ? number : 0;
}
