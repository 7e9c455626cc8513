namespace BioLearn.Experiments;

/// <summary>Words of a command line as a shell reads them.</summary>
public static class ShellText
{
    /// <summary>What a shell would take apart or expand stands in quotes.</summary>
    /// <param name="words">The words.</param>
    /// <returns>The command line.</returns>
    public static string Of(IEnumerable<string> words) => string.Join(' ', words.Select(Quoted));

    private static string Quoted(string word) => word.Length > 0 && word.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' or '/' or ':' or ',' or '=' or '+' or '%' or '@')
        ? word : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
