using System.Text;

namespace BioLearn.Cli.Terminal;

/// <summary>Values of an enumeration as words of a command line: AdamAsCoded is adam-as-coded, LeakyReLU leaky-relu.</summary>
internal static class Choice
{
    /// <exception cref="UsageException">The word is none of the values.</exception>
    public static TEnum Parse<TEnum>(string option, string word)
        where TEnum : struct, Enum
    {
        foreach (var value in Enum.GetValues<TEnum>())
        {
            if (Word(value) == word)
                return value;
        }

        throw new UsageException($"{option} {word}: expected {string.Join(", ", Enum.GetValues<TEnum>().Select(Word))}");
    }

    public static string Word<TEnum>(TEnum value)
        where TEnum : struct, Enum
    {
        var word = new StringBuilder();
        string name = value.ToString();
        for (int i = 0; i < name.Length; i++)
        {
            if (i > 0 && char.IsUpper(name[i]) && char.IsLower(name[i - 1]) && i + 1 < name.Length && char.IsLower(name[i + 1]))
                word.Append('-');
            word.Append(char.ToLowerInvariant(name[i]));
        }

        return word.ToString();
    }
}
