using BioLearn.Cli.Tables;

namespace BioLearn.Cli.Plasticity;

/// <summary>
/// Patterns as text: blocks of lines with a blank line between them. '#', '+' and '1' are +1; '.', '-' and '0' are -1; '?' is
/// unknown; other signs are an error. The shape of a block is for the eye.
/// </summary>
internal static class PatternFile
{
    /// <summary>Reads patterns of so many elements, or of as many as the first has.</summary>
    /// <exception cref="InvalidDataException">A sign is unknown, or a block has another number of elements.</exception>
    public static List<float[]> Read(string path, int? elements) => Parse(TextFile.Lines(path), path, elements);

    public static List<float[]> Parse(IEnumerable<string> lines, string name, int? elements)
    {
        var patterns = new List<float[]>();
        var block = new List<float>();
        int number = 0;
        foreach (string line in lines.Append(""))
        {
            number++;
            foreach (char sign in line.Where(c => !char.IsWhiteSpace(c)))
                block.Add(Element(sign, $"{name}, line {number}"));
            if (!string.IsNullOrWhiteSpace(line) || block.Count == 0)
                continue;
            if (block.Count != (elements ??= block.Count))
                throw new InvalidDataException($"{name}, line {number}: the pattern before it has {block.Count} elements, {elements} were expected");
            patterns.Add([.. block]);
            block.Clear();
        }

        return patterns.Count > 0 ? patterns : throw new InvalidDataException($"{name}: no pattern in it");
    }

    private static float Element(char sign, string where) => sign switch
    {
        '#' or '+' or '1' => 1,
        '.' or '-' or '0' => -1,
        '?' => 0,
        _ => throw new InvalidDataException($"{where}: '{sign}' is no element: expected # or ., + or -, 1 or 0, or ? where unknown"),
    };
}
