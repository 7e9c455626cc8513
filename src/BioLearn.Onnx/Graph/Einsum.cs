namespace BioLearn.Onnx.Graph;

/// <summary>The letters of an Einsum: one string an operand and one for the result, a letter an axis.</summary>
internal sealed record Einsum(string Equation, string[] Inputs, string Output)
{
    /// <summary>Reads the equation of a node whose operands have these numbers of axes; an ellipsis becomes letters of its own.</summary>
    public static Einsum Parse(NodeReader node, int[] ranks)
    {
        string equation = node.Text("equation", "").Replace(" ", "", StringComparison.Ordinal);
        string[] sides = equation.Split("->");
        string[] inputs = sides[0].Split(',');
        if (sides.Length > 2 || inputs.Length != ranks.Length) throw node.Error($"its equation \"{equation}\" is not for {ranks.Length} inputs");
        int most = inputs.Select((letters, i) => letters.Contains("...", StringComparison.Ordinal) ? ranks[i] - letters.Length + 3 : 0).Max();
        if (most is < 0 or > Limits.Rank) throw node.Error($"its equation \"{equation}\" does not fit inputs of {string.Join(" and ", ranks)} axes");
        string dots = new([.. Enumerable.Range(0, most).Select(i => (char)('0' + i))]);
        for (int i = 0; i < inputs.Length; i++)
        {
            int missing = Math.Max(0, ranks[i] - inputs[i].Length + 3);
            inputs[i] = inputs[i].Replace("...", dots[^Math.Min(dots.Length, missing)..], StringComparison.Ordinal);
            if (inputs[i].Length != ranks[i] || !inputs[i].All(char.IsAsciiLetterOrDigit)) throw node.Error($"its equation \"{equation}\" does not fit inputs of {string.Join(" and ", ranks)} axes");
            if (inputs[i].Distinct().Count() != inputs[i].Length) throw node.Refusal($"takes diagonals by \"{equation}\"");
        }
        string all = string.Concat(inputs);
        string output = sides.Length == 2 ? sides[1].Replace("...", dots, StringComparison.Ordinal) : dots + new string([.. all.Where(char.IsAsciiLetter).Where(c => all.Count(d => d == c) == 1).Order()]);
        if (output.Distinct().Count() != output.Length || !output.All(c => all.Contains(c, StringComparison.Ordinal))) throw node.Error($"its equation \"{equation}\" names a result that no input has");
        return new(equation, inputs, output);
    }

    /// <summary>Whether every letter of either operand is in the result or in the other operand.</summary>
    public bool IsProduct => Inputs.Length == 2 && Inputs[0].All(c => Output.Contains(c, StringComparison.Ordinal) || Inputs[1].Contains(c, StringComparison.Ordinal)) && Inputs[1].All(c => Output.Contains(c, StringComparison.Ordinal) || Inputs[0].Contains(c, StringComparison.Ordinal));

    /// <summary>Letters that are summed over.</summary>
    public string Inner => new([.. Inputs[0].Where(c => Inputs[1].Contains(c, StringComparison.Ordinal) && !Output.Contains(c, StringComparison.Ordinal))]);

    /// <summary>Letters of the result that both operands have, in the order of one of them.</summary>
    public string Both(int input) => new([.. Inputs[input].Where(c => Inputs[1 - input].Contains(c, StringComparison.Ordinal) && Output.Contains(c, StringComparison.Ordinal))]);

    /// <summary>Letters that one operand has alone.</summary>
    public string Only(int input) => new([.. Inputs[input].Where(c => !Inputs[1 - input].Contains(c, StringComparison.Ordinal))]);

    /// <summary>Where each letter of one string stands in another.</summary>
    public static int[] Places(string from, string to) => [.. to.Select(letter => from.IndexOf(letter, StringComparison.Ordinal))];
}
