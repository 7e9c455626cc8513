namespace BioLearn.Experiments.Prospective.Behaviour;

/// <summary>What pushes the hand in a trial of motor adaptation.</summary>
public enum Force
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The field to one side.</summary>
    Plus,

    /// <summary>The field to the other side.</summary>
    Minus,
}

/// <summary>One trial of motor adaptation: a colour is shown and a force is felt.</summary>
/// <param name="Colour">0 or 1; in the publication's words 1 or 2.</param>
/// <param name="Force">The force.</param>
public readonly record struct ForceFieldTrial(int Colour, Force Force)
{
    /// <summary>The trial of the publication's name: "1+", "2-", "10".</summary>
    /// <param name="name">Colour 1 or 2, and +, - or 0.</param>
    /// <returns>The trial.</returns>
    /// <exception cref="FormatException">There is no such trial.</exception>
    public static ForceFieldTrial Parse(string name) => name is ['1' or '2', '+' or '-' or '0']
        ? new(name[0] - '1', name[1] switch { '+' => Force.Plus, '-' => Force.Minus, _ => Force.None })
        : throw new FormatException($"There is no trial {name}; expected 1 or 2, and +, - or 0.");

    /// <inheritdoc/>
    public override string ToString() => $"{Colour + 1}{Force switch { Force.Plus => '+', Force.Minus => '-', _ => '0' }}";
}
