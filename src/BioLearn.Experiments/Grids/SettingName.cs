using System.Text;

namespace BioLearn.Experiments.Grids;

/// <summary>Names of properties and of enumerations' members as grid files write them: LearningRate is learning-rate, LeakyReLU leaky-relu.</summary>
public static class SettingName
{
    /// <summary>The name in lower case with hyphens.</summary>
    /// <param name="name">A name in capitals and small letters; spaces count as hyphens.</param>
    /// <returns>The word.</returns>
    public static string Of(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        StringBuilder word = new();
        for (int i = 0; i < name.Length; i++)
        {
            if (i > 0 && char.IsUpper(name[i]) && char.IsLetterOrDigit(name[i - 1]) && !char.IsUpper(name[i - 1]) && i + 1 < name.Length && char.IsLower(name[i + 1]))
                word.Append('-');
            word.Append(name[i] == ' ' ? '-' : char.ToLowerInvariant(name[i]));
        }
        return word.ToString();
    }
}
