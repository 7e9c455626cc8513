using System.Globalization;
using BioLearn.Onnx.Recollection;
using BioLearn.Onnx.Reversal;

namespace BioLearn.Studio.Recollecting;

/// <summary>The page's words for what can be chosen.</summary>
internal static class RecollectWords
{
    /// <summary>Cues at the output, then at a level, in the order of the list.</summary>
    public static readonly (CueKind Kind, string Words, string Meaning)[] Cues =
    [
        (CueKind.PredictedClass, "the class that it saw", "Only the unit of the class that the network took the picture for is switched on, and runs backwards."),
        (CueKind.Class, "another class, by name", "Only the unit of this class is switched on. Does the picture change?"),
        (CueKind.Output, "the whole output", "All class units run backwards, each as strongly as it answered."),
        (CueKind.RandomVector, "control: a random current", "Knows nothing of the picture. What is drawn all the same does not come from the cue."),
        (CueKind.Zero, "control: nothing (zero)", "Nothing is sent back; a normalisation makes a constant of it. What is drawn all the same does not come from the cue."),
        (CueKind.Stored, "all that this level holds", "The level's own activity, as the picture left it, runs backwards."),
        (CueKind.Strongest, "only its strongest units", "The few units that answered most run backwards; all others are silent."),
        (CueKind.Channel, "one channel alone", "One feature detector runs backwards, wherever in the picture it answered."),
        (CueKind.Unit, "one unit alone", "A single cell runs backwards: what it draws is what it stands for, here."),
        (CueKind.Noise, "control: noise", "Random numbers in the place of the level's activity. What is drawn all the same does not come from it."),
        (CueKind.Constant, "control: the same everywhere", "Ones in the place of the level's activity. What is drawn all the same does not come from it."),
    ];

    /// <summary>Unpoolings.</summary>
    public static readonly (string Value, string Words)[] Unpoolings =
    [
        (Unpooling.Switches.ToToken(), "to the recorded places; the last one wins"),
        (Unpooling.Sum.ToToken(), "to the recorded places; added up"),
        (Unpooling.Random.ToToken(), "to random places"),
        (Unpooling.Upsample.ToToken(), "nowhere special: a block is filled"),
        (Unpooling.Distribute.ToToken(), "to the whole window"),
    ];

    /// <summary>Shares of the strongest units that the slider offers, in per cent.</summary>
    public static readonly double[] Shares = [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100];

    /// <summary>What a cue does.</summary>
    public static string Meaning(CueKind kind) => Array.Find(Cues, one => one.Kind == kind).Meaning;

    /// <summary>The cue as a phrase, with its class, level or unit.</summary>
    public static string Phrase(CueChoice cue, NetworkFacts network)
    {
        string level = cue.Level < network.Levels.Count ? $"S{cue.Level}" : "the level";
        return cue.Kind switch
        {
            CueKind.PredictedClass => "the class that the network saw",
            CueKind.Class => $"the class {cue.Class}",
            CueKind.Output => "the whole output",
            CueKind.RandomVector => "a random current",
            CueKind.Zero => "nothing",
            CueKind.Stored when cue.Level == 0 => "the last layer that can be read",
            CueKind.Stored => $"all of {level}",
            CueKind.Strongest => $"the strongest {Share(cue.Percent)} of {level}",
            CueKind.Channel => $"channel {cue.Channel} of {level} alone",
            CueKind.Unit => $"one unit of {level} alone (channel {cue.Channel}, row {cue.Row}, column {cue.Column})",
            CueKind.Noise => $"noise at {level}",
            _ => $"a constant at {level}",
        };
    }

    /// <summary>A share with its sign.</summary>
    public static string Share(double percent) => string.Create(CultureInfo.InvariantCulture, $"{percent} %");

    /// <summary>The nearest of the slider's shares.</summary>
    public static int NearestShare(double percent) => Array.IndexOf(Shares, Shares.MinBy(share => Math.Abs(Math.Log(share / percent))));
}
