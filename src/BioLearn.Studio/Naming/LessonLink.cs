using BioLearn.Studio.Pictures;

namespace BioLearn.Studio.Naming;

/// <summary>A lesson as an address: which network, which pictures under which names, from when a cell fires, and the picture that is asked.</summary>
internal sealed record LessonLink(string? Senses, IReadOnlyList<(string Picture, string Name)> Taught, int? Fires, string? Asked)
{
    /// <summary>The path and query of a lesson.</summary>
    public static string Of(Lesson lesson, int fires, ShownPicture? asked)
    {
        List<string> parts = [];
        if (lesson.Senses.Key != SpikingSenses.Name)
            parts.Add($"network={Uri.EscapeDataString(lesson.Senses.Key)}");
        foreach (var example in lesson.Examples)
            parts.Add($"teach={Uri.EscapeDataString($"{example.Picture.Key}~{example.Name}")}");
        if (fires != lesson.Senses.UsualFires)
            parts.Add($"fires={fires}");
        if (asked is not null)
            parts.Add($"ask={Uri.EscapeDataString(asked.Key)}");
        return parts.Count == 0 ? "name" : $"name?{string.Join('&', parts)}";
    }

    /// <summary>What an address asks for; parts that are no lesson are left out.</summary>
    public static LessonLink Parse(string? senses, IEnumerable<string> taught, int? fires, string? asked) => new(
        senses,
        [.. taught.Select(part => part.Split('~', 2)).Where(parts => parts.Length == 2 && NamingDesk.WrongName(parts[1]) is null).Select(parts => (parts[0], parts[1])).Take(NamingDesk.MostExamples)],
        fires is >= 0 and <= 100 ? fires : null,
        asked);
}
