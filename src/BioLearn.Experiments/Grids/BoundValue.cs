using System.Text;
using System.Text.Encodings.Web;

namespace BioLearn.Experiments.Grids;

/// <summary>A value as a program has it, and as a trial's identity is computed from it: the same for 1e-2 and 0.01, whatever the order of keys.</summary>
/// <param name="Value">The value.</param>
/// <param name="Canonical">JSON: keys sorted, numbers with the fewest digits that give them back.</param>
internal sealed record BoundValue(object? Value, string Canonical)
{
    public static string Text(string text) => $"\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text)}\"";

    public static string Number(double number) => double.IsFinite(number) ? number.ToString("R", System.Globalization.CultureInfo.InvariantCulture) : Text(number.ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>An object of members.</summary>
    public static string Object(IEnumerable<KeyValuePair<string, string>> members)
    {
        StringBuilder text = new("{");
        foreach ((string name, string value) in members.OrderBy(member => member.Key, StringComparer.Ordinal))
            text.Append(text.Length > 1 ? "," : "").Append(Text(name)).Append(':').Append(value);
        return text.Append('}').ToString();
    }
}
