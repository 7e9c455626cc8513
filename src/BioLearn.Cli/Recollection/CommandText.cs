using System.Globalization;

namespace BioLearn.Cli.Recollection;

/// <summary>The command that made a page, without what changes no picture: where it was written, threads, batches.</summary>
internal static class CommandText
{
    private const int MostPictures = 4;

    public static string Of(RecollectSettings settings)
    {
        List<string> words = ["biolearn", "recollect"];
        if (settings.Merge)
            words.Add("--merge");
        words.AddRange(settings.Pictures.Take(MostPictures));
        if (settings.Pictures.Length > MostPictures)
            words.Add("...");
        Add("-m", settings.Model == "alexnet" ? null : settings.Model);
        foreach (var cue in settings.Cues) Add("-c", cue);
        foreach (var level in settings.Levels) Add("-l", level);
        foreach (var variant in settings.Variants) Add("-v", variant);
        Add("--sparse", settings.Sparse?.ToString(CultureInfo.InvariantCulture));
        if (settings.SparsePerChannel)
            words.Add("--sparse-per-channel");
        Add("--preprocessing", settings.Preprocessing);
        Add("--input-size", settings.InputSize);
        Add("--seed", settings.Seed == 0 ? null : settings.Seed.ToString(CultureInfo.InvariantCulture));
        if (settings.NoControls)
            words.Add("--no-controls");
        return string.Join(' ', words.Select(Quoted));

        void Add(string option, string? value)
        {
            if (value is not null)
                words.AddRange([option, value]);
        }
    }

    // For a shell: what it would take apart or expand stands in quotes.
    private static string Quoted(string word) => word.Length > 0 && word.All(letter => char.IsLetterOrDigit(letter) || letter is '-' or '_' or '.' or '/' or ':' or ',' or '=' or '+' or '%')
        ? word : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
