using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace BioLearn.Studio.Recollecting;

/// <summary>A view of the page as its address says it: a picture and one or two settings.</summary>
/// <param name="Picture">Key of the picture; null where the link names none.</param>
/// <param name="File">Name of the file of a picture that was dropped, so that one knows which to look for.</param>
/// <param name="First">The setting; null where the link names none.</param>
/// <param name="Second">The setting beside it, or null.</param>
public sealed record RecollectLink(string? Picture, string? File, RecollectSetting? First, RecollectSetting? Second)
{
    /// <summary>The page's path.</summary>
    public const string Path = "recollect";

    /// <summary>Path and query.</summary>
    public override string ToString()
    {
        QueryString query = default;
        Add("picture", Picture);
        Add("file", File);
        AddSetting("", First);
        AddSetting("2", Second);
        return Path + query.Value;

        void AddSetting(string which, RecollectSetting? setting)
        {
            Add($"model{which}", setting?.Network);
            Add($"cue{which}", setting?.Cue.Token);
            Add($"variant{which}", setting?.Variant);
        }

        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
                query = query.Add(name, value);
        }
    }

    /// <summary>Reads the query of an address.</summary>
    /// <param name="query">What stands behind the path, with or without the question mark.</param>
    /// <exception cref="FormatException">A cue is none.</exception>
    public static RecollectLink Parse(string query)
    {
        var values = QueryHelpers.ParseQuery(query);
        return new(Value("picture"), Value("file"), Setting(""), Setting("2"));

        string? Value(string name) => values.TryGetValue(name, out var value) && value.ToString() is { Length: > 0 and < 500 } text ? text : null;

        RecollectSetting? Setting(string which) => Value($"model{which}") is { } network
            ? new(network, CueChoice.Parse(Value($"cue{which}") ?? "class"), Value($"variant{which}") ?? "")
            : null;
    }
}
