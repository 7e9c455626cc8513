using BioLearn.Cli.Tables;

namespace BioLearn.Cli.Plasticity;

/// <summary>
/// Patterns as text: blocks of lines with a blank line between them. '#', '+' and '1' are +1; '.', '-' and '0' are -1; '?' is
/// unknown; other signs are an error. Lines of a block are of one length; what shape that makes is for the eye.
/// </summary>
internal static class PatternFile
{
    /// <summary>Reads patterns of so many elements, or of as many as the first has.</summary>
    /// <param name="path">The file.</param>
    /// <param name="elements">Elements of a pattern.</param>
    /// <param name="isWhole">Whether its patterns are to be stored, so that no element may be unknown.</param>
    /// <exception cref="InvalidDataException">A sign is unknown, or a block has another number of elements.</exception>
    public static List<float[]> Read(string path, int? elements, bool isWhole = false) => Parse(TextFile.Lines(path), path, elements, isWhole);

    /// <inheritdoc cref="Read"/>
    public static List<float[]> Parse(IEnumerable<string> lines, string name, int? elements, bool isWhole = false)
    {
        var patterns = new List<float[]>();
        var block = new List<float>();
        int number = 0, width = 0;
        foreach (string line in lines.Append(""))
        {
            number++;
            int before = block.Count;
            foreach (char sign in line.Where(c => !char.IsWhiteSpace(c)))
                block.Add(Element(sign, isWhole, $"{name}, line {number}"));
            int added = block.Count - before;
            if (before == 0)
                width = added;
            else if (added > 0 && added != width)
                throw new InvalidDataException($"{name}, line {number}: {added} elements; expected {width}, as in the pattern's first line, or a blank line before another pattern");
            if (!string.IsNullOrWhiteSpace(line) || block.Count == 0)
                continue;
            if (block.Count != (elements ??= block.Count))
                throw new InvalidDataException($"{name}, line {number}: the pattern before it has {block.Count} elements, {elements} were expected");
            patterns.Add([.. block]);
            block.Clear();
        }

        return patterns.Count > 0 ? patterns : throw new InvalidDataException($"{name}: no pattern in it");
    }

    private static float Element(char sign, bool isWhole, string where) => sign switch
    {
        '?' when isWhole => throw new InvalidDataException($"{where}: '?' in a pattern that is to be stored; expected # or . for each of its elements"),
        '#' or '+' or '1' => 1,
        '.' or '-' or '0' => -1,
        '?' => 0,
        _ => throw new InvalidDataException($"{where}: '{sign}' is no element: expected # or ., + or -, 1 or 0, or ? where unknown"),
    };
}
