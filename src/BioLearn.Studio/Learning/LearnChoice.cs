using BioLearn.ML;

namespace BioLearn.Studio.Learning;

/// <summary>What learns what: all that a link to a view holds.</summary>
internal sealed record LearnChoice
{
    /// <summary>Stands for the table that somebody dropped.</summary>
    public const string OwnTable = "table";

    public const int MostLayers = 5, MostUnits = 256;

    /// <summary>The seed of weights and order: every visit begins alike.</summary>
    public const long Seed = 1;

    /// <summary>Name of the data.</summary>
    public string Data { get; init; } = LearnData.Known[0].Name;

    /// <summary>Hidden layers.</summary>
    public int Depth { get; init; } = 2;

    /// <summary>Units of each.</summary>
    public int Width { get; init; } = 64;

    /// <summary>The rules, left and right.</summary>
    public IReadOnlyList<RuleRow> Rules { get; init; } = [Rule("backpropagation")!, Rule("feedback-alignment")!];

    /// <summary>Units of the hidden layers.</summary>
    public int[] Hidden => [.. Enumerable.Repeat(Width, Depth)];

    /// <summary>The view's part of a link.</summary>
    public string Query => $"?left={Rules[0].Name}&right={Rules[1].Name}&data={Data}&depth={Depth}&width={Width}";

    /// <summary>How the tool compares the same rules on such a network: on the bundled pictures, or on a file of the rows.</summary>
    public string Command => $"biolearn compare --rules {Rules[0].Name},{Rules[1].Name} --layers {string.Join('-', Hidden)} --seeds 1" + (Data == LearnData.Known[0].Name ? "" : $" --data {(Data == OwnTable ? "TABLE" : Data)}.csv");

    /// <summary>A rule that can teach here, or null.</summary>
    public static RuleRow? Rule(string? name) => Learner.Rules.FirstOrDefault(row => row.Name == name);

    /// <summary>The choice of a link; what it does not say, or says wrongly, is as usual.</summary>
    public static LearnChoice Of(string? left, string? right, string? data, int? depth, int? width)
    {
        LearnChoice usual = new();
        return usual with
        {
            Rules = [Rule(left) ?? usual.Rules[0], Rule(right) ?? usual.Rules[1]],
            Data = LearnData.Known.Any(known => known.Name == data) ? data! : usual.Data,
            Depth = depth is >= 1 and <= MostLayers ? depth.Value : usual.Depth,
            Width = width is >= 4 and <= MostUnits ? width.Value : usual.Width,
        };
    }
}
