using System.Text;
using BioLearn.Cli.Terminal;

namespace BioLearn.Cli.Plasticity;

/// <summary>Values of an enumeration as words of a command line: AdamAsCoded is adam-as-coded.</summary>
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
        foreach (char letter in value.ToString())
        {
            if (char.IsUpper(letter) && word.Length > 0)
                word.Append('-');
            word.Append(char.ToLowerInvariant(letter));
        }

        return word.ToString();
    }
}
