using System.Text;

namespace BioLearn.Cli.Terminal;

/// <summary>Values of an enumeration as words of a command line: AdamAsCoded is adam-as-coded, LeakyReLU leaky-relu.</summary>
internal static class Choice
{
    /// <exception cref="UsageException">The word is none of the values.</exception>
    public static TEnum Parse<TEnum>(string option, string word)
        where TEnum : struct, Enum => Parse(option, word, Enum.GetValues<TEnum>(), Word);

    /// <summary>One of some things that have names.</summary>
    /// <exception cref="UsageException">The word is none of them.</exception>
    public static TValue Parse<TValue>(string option, string word, IReadOnlyList<TValue> values, Func<TValue, string> nameOf)
    {
        foreach (var value in values)
        {
            if (nameOf(value) == word)
                return value;
        }

        throw new UsageException($"{option} {word}: expected {string.Join(", ", values.Select(nameOf))}");
    }

    public static string Word<TEnum>(TEnum value)
        where TEnum : struct, Enum => Word(value.ToString());

    /// <summary>A name in capitals and small letters as a word.</summary>
    public static string Word(string name)
    {
        var word = new StringBuilder();
        for (int i = 0; i < name.Length; i++)
        {
            if (i > 0 && char.IsUpper(name[i]) && char.IsLower(name[i - 1]) && i + 1 < name.Length && char.IsLower(name[i + 1]))
                word.Append('-');
            word.Append(char.ToLowerInvariant(name[i]));
        }

        return word.ToString();
    }
}
