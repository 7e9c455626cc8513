using System.Text.Json.Serialization;

namespace BioLearn.Cli.Recollection;

/// <summary>First line of a manifest: all that decides what the pictures look like. Runs with equal headers may continue each other.</summary>
internal sealed record ManifestHeader
{
    /// <summary>Raised when a line's meaning changes.</summary>
    public const int CurrentSchema = 1;

    [JsonPropertyOrder(-1)]
    public int Schema { get; init; } = CurrentSchema;

    public string Kind { get; init; } = "biolearn recollect";

    public required string Model { get; init; }

    public required string ModelSha256 { get; init; }

    public required string Preprocessing { get; init; }

    public required IReadOnlyList<ManifestColumn> Columns { get; init; }

    public required int Seed { get; init; }

    public required bool Controls { get; init; }
}

/// <summary>One kind of recollection, a column of the contact sheet.</summary>
/// <param name="Id">Part of the file names.</param>
/// <param name="Title">For people.</param>
/// <param name="Cue">The cue's token.</param>
/// <param name="Variant">The variant as the user named it.</param>
/// <param name="Options">The options in tokens.</param>
/// <param name="UsesSwitches">Whether the positions recorded by max-pools take part.</param>
/// <param name="Note">What it is there to show, or null.</param>
internal sealed record ManifestColumn(string Id, string Title, string Cue, string Variant, string Options, bool UsesSwitches, string? Note = null);

/// <summary>One picture: what was made of it, or why not.</summary>
internal sealed record ManifestPicture
{
    /// <summary>Name inside the results, unique.</summary>
    public required string Id { get; init; }

    /// <summary>The picture as the command line named it.</summary>
    public required string Source { get; init; }

    /// <summary>Length of the file.</summary>
    public required long Bytes { get; init; }

    /// <summary>When the file was last written; with the length it tells whether the picture is still the same.</summary>
    public required DateTime Modified { get; init; }

    /// <summary>What was wrong, or null.</summary>
    public string? Error { get; init; }

    public int Width { get; init; }

    public int Height { get; init; }

    public int? PredictedClass { get; init; }

    public string? PredictedName { get; init; }

    /// <summary>Softmax of the predicted class; its sigmoid where the network closes with one.</summary>
    public double? Probability { get; init; }

    /// <summary>Further classes that are there too, of a network whose classes are independent.</summary>
    public IReadOnlyList<ManifestClass>? Also { get; init; }

    /// <summary>What the network saw, relative to the results.</summary>
    public string? Original { get; init; }

    public IReadOnlyList<ManifestRecollection> Recollections { get; init; } = [];

    public ManifestTimings? Milliseconds { get; init; }
}

/// <summary>A class that a network sees, and how surely.</summary>
internal sealed record ManifestClass(int Class, string? Name, double Probability);

/// <summary>One recollection of one picture.</summary>
internal sealed record ManifestRecollection
{
    public required string Column { get; init; }

    /// <summary>Relative to the results.</summary>
    public required string File { get; init; }

    public required double EdgeCorrelation { get; init; }

    public required double Pearson { get; init; }

    public required double Ssim { get; init; }

    /// <summary>Whether, among <see cref="IdentifiedAmong"/> originals, its own is the most similar one; null until all pictures are done.</summary>
    public bool? Identified { get; init; }

    public int? IdentifiedAmong { get; init; }

    public ManifestControls? Controls { get; init; }
}

/// <summary>The three controls; null where a network or cue has no such control.</summary>
internal sealed record ManifestControls(
    double? CueSpecificity, double? OtherClass, double? Constant, double? Random, double? SwitchDependence, double WeightDependence);

/// <summary>Where the time went, in milliseconds of the threads that worked on it; what a batch took is divided among its pictures.</summary>
/// <param name="Decode">Reading, resizing, normalising.</param>
/// <param name="Network">Forward passes and recollections.</param>
/// <param name="Controls">Recollections by other cues, other switches and the untrained network, and what they measure.</param>
/// <param name="Measures">E, Pearson, SSIM.</param>
/// <param name="Encode">Writing the pictures.</param>
internal sealed record ManifestTimings(double Decode, double Network, double Controls, double Measures, double Encode);

/// <summary>Last line of a finished manifest.</summary>
internal sealed record ManifestSummary
{
    public required int Pictures { get; init; }

    public required int Failed { get; init; }

    public required int Batch { get; init; }

    public required int Threads { get; init; }

    /// <summary>Wall time of the last session.</summary>
    public required double Seconds { get; init; }

    /// <summary>Pictures a second while the last session recollected; null if it had none to do.</summary>
    public double? PicturesPerSecond { get; init; }

    /// <summary>A picture's mean timings.</summary>
    public ManifestTimings? MeanMilliseconds { get; init; }
}

/// <summary>One line; exactly one of the three is set.</summary>
internal sealed record ManifestLine
{
    public ManifestHeader? Run { get; init; }

    public ManifestPicture? Picture { get; init; }

    public ManifestSummary? Summary { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ManifestLine))]
internal sealed partial class ManifestJson : JsonSerializerContext;
