using System.Globalization;
using BioLearn.Cli.Terminal;
using BioLearn.Onnx.Recollection;

namespace BioLearn.Cli.Recollection;

/// <summary>Cues by plain names beside the notebooks' tokens.</summary>
internal static class CueName
{
    public const string Expected = "class (the predicted one), class:<name or number>, output, constant, random, S<level>, noise:S<level>, or a notebook token "
        + "(general_class, last_layer, random_last, zero_neuron, class_unit<c>, source<k>, rand<k>)";

    /// <summary>Reads a cue.</summary>
    /// <param name="name">As the user wrote it.</param>
    /// <param name="classes">Names of the output units, or empty.</param>
    /// <exception cref="UsageException">It names no cue.</exception>
    public static Cue Parse(string name, IReadOnlyList<string> classes)
    {
        switch (name)
        {
            case "class":
                return Cue.PredictedClass;
            case "output":
                return Cue.OutputLayer;
            case "constant":
                return Cue.Zero;
            case "random":
                return Cue.RandomVector;
        }
        if (name.StartsWith("class:", StringComparison.Ordinal))
            return Cue.ClassUnit(ClassIndex(name["class:".Length..], classes));
        if (name.StartsWith("noise:", StringComparison.Ordinal))
            return Cue.Noise(Level(name["noise:".Length..], "--cue"));
        if (name.Length > 1 && name[0] is 'S' or 's' && int.TryParse(name.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out _))
            return Cue.Stored(Level(name, "--cue"));
        try
        {
            return Cue.Parse(name);
        }
        catch (FormatException)
        {
            throw new UsageException($"--cue {name}: expected {Expected}");
        }
    }

    public static LevelReference Level(string name, string option)
    {
        try
        {
            return LevelReference.Parse(name);
        }
        catch (FormatException problem)
        {
            throw new UsageException($"{option} {name}: {problem.Message}");
        }
    }

    private static int ClassIndex(string text, IReadOnlyList<string> classes)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return number;
        for (var i = 0; i < classes.Count; i++)
        {
            if (classes[i].Equals(text, StringComparison.OrdinalIgnoreCase))
                return i;
        }
        var like = classes.Where(name => name.Contains(text, StringComparison.OrdinalIgnoreCase)).Take(5).ToArray();
        throw new UsageException($"--cue class:{text}: the model has no class of this name"
            + (like.Length > 0 ? $"; did you mean {string.Join(", ", like)}?" : "; biolearn models info lists them"));
    }
}
