using System.Globalization;
using BioLearn.ML.Hosting;
using BioLearn.Onnx.Graph;
using BioLearn.Onnx.Models;

namespace BioLearn.Onnx.Recollection;

/// <summary>
/// Names a level of a network: either by its number, counted from the output (level 1 is the last hidden one; in AlexNet levels 1 to 10
/// are the S1..S10 of the notebooks), or by the name of its tensor or of the node that makes it.
/// </summary>
[SavedForm(typeof(LevelReferenceForm))]
public readonly record struct LevelReference
{
    /// <summary>Level by number, counted from the output.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 1.</exception>
    public LevelReference(int number)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
        Number = number;
    }

    /// <summary>Level by the name of its tensor or node.</summary>
    public LevelReference(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
    }

    /// <summary>Number counted from the output, or 0 if the level is named.</summary>
    public int Number { get; }

    /// <summary>Name of the tensor or node, or null if the level is numbered.</summary>
    public string? Name { get; }

    /// <summary>A level by number.</summary>
    public static implicit operator LevelReference(int number) => new(number);

    /// <summary>A level by name.</summary>
    public static implicit operator LevelReference(string name) => new(name);

    /// <summary>Reads <c>7</c> or <c>S7</c> as a number, everything else as a name.</summary>
    /// <exception cref="FormatException">The text is empty or the number is below 1.</exception>
    public static LevelReference Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length == 0)
            throw new FormatException("A level is a number from 1, counted from the output, or a tensor or node name; the text is empty.");
        string digits = text[0] is 'S' or 's' ? text[1..] : text;
        if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            return new(text);
        return number >= 1 ? new(number) : throw new FormatException($"Level '{text}': level numbers begin at 1, the last hidden level.");
    }

    /// <summary>The level of a network.</summary>
    /// <exception cref="ArgumentException">There is no such level; the message lists those there are.</exception>
    public TraceLevel In(CnnModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.Level(Name ?? string.Create(CultureInfo.InvariantCulture, $"S{Number}"));
    }

    /// <summary>The number, or the name.</summary>
    public override string ToString() => Name ?? Number.ToString(CultureInfo.InvariantCulture);
}
