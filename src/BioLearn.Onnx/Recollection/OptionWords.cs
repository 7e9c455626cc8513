namespace BioLearn.Onnx.Recollection;

/// <summary>One option and the words that name its values. A value may have several words: the first is printed, all are read.</summary>
internal interface IOptionWords
{
    IEnumerable<string> Words { get; }

    /// <summary>Alternation of the words for a regular expression.</summary>
    string Pattern { get; }

    /// <summary>The word of the value that the options have.</summary>
    string Print(RecollectionOptions options);

    /// <summary>Whether the options have the default value.</summary>
    bool IsDefault(RecollectionOptions options);

    /// <summary>The options with the value that the word names, or null if it names none.</summary>
    RecollectionOptions? Apply(string word, RecollectionOptions options);
}

internal sealed class OptionWords<T>(
    string what, Func<RecollectionOptions, T> get, Func<RecollectionOptions, T, RecollectionOptions> set, params (T Value, string Word)[] words) : IOptionWords
    where T : struct
{
    private static readonly RecollectionOptions Defaults = new();

    public IEnumerable<string> Words => words.Select(entry => entry.Word);

    // Longest first: an alternation takes the first branch that matches.
    public string Pattern => string.Join('|', Words.OrderByDescending(word => word.Length));

    public string Print(RecollectionOptions options) => Print(get(options));

    public string Print(T value)
    {
        foreach ((T known, string word) in words)
        {
            if (EqualityComparer<T>.Default.Equals(known, value))
                return word;
        }
        throw new ArgumentOutOfRangeException(nameof(value), value, $"is not a {what}");
    }

    public T Read(string word)
    {
        ArgumentNullException.ThrowIfNull(word);
        return TryRead(word) ?? throw new FormatException($"'{word}' is not a {what}; expected one of {string.Join(", ", Words)}.");
    }

    public bool IsDefault(RecollectionOptions options) => EqualityComparer<T>.Default.Equals(get(options), get(Defaults));

    public RecollectionOptions? Apply(string word, RecollectionOptions options) => TryRead(word) is { } value ? set(options, value) : null;

    private T? TryRead(string word)
    {
        foreach ((T value, string known) in words)
        {
            if (known == word)
                return value;
        }
        return null;
    }
}
