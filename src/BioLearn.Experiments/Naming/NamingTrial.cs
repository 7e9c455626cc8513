using BioLearn.Experiments.Studies;
using BioLearn.ML.Naming;
using BioLearn.ML.Spiking;

namespace BioLearn.Experiments.Naming;

/// <summary>
/// Naming after one or a few examples: concept cells beside a support vector machine and the nearest example, on the same episodes. They look at the rows of the
/// source, or also at a spiking network that learned from its pictures without their names. It is the study of <c>biolearn naming compare</c>.
/// </summary>
/// <remarks>
/// A row an episode, its iteration the episode's number from 1, its metrics the shares named right: <c>rows-naming</c>, <c>rows-svm</c>, <c>rows-nearest</c>, and with a network <c>naming</c>,
/// <c>naming-plain</c>, <c>naming-potential</c>, <c>svm</c>, <c>svm-neurons</c>, <c>linear-svm</c>, <c>nearest</c>; and <c>rows-naming-minus-svm</c> and <c>naming-minus-svm</c>, the differences.
/// </remarks>
public sealed class NamingTrial : ITrial
{
    /// <summary>The rows: pictures, or a table of features.</summary>
    public required DataSource Data { get; init; }

    /// <summary>Which rows are shown and which are to be named. Default: training rows and test rows.</summary>
    public NamingPool Pool { get; init; }

    /// <summary>Names of an episode; at least 2. Default: 5.</summary>
    public int Ways { get; init; } = 5;

    /// <summary>Examples of each name; 0 for all. Default: 1.</summary>
    public int Shots { get; init; } = 1;

    /// <summary>Random choices of names and examples; at least 1. Default: 100.</summary>
    public int Episodes { get; init; } = 100;

    /// <summary>Most rows to name, of each name; at least 1. Default: 100.</summary>
    public int Tests { get; init; } = 100;

    /// <summary>A spiking network that learns from the training pictures and is looked at, too. Default: none.</summary>
    public SpikingNetworkOptions? Network { get; init; }

    /// <summary>Training pictures that the network learns from, evenly over all of them, class after class; 0 for all. Default: 0.</summary>
    public int NetworkPictures { get; init; }

    /// <summary>Potential from which a neuron of the network's last layer counts as active; above 0. Default: 10.</summary>
    public float ActiveFrom { get; init; } = 10;

    /// <summary>Seed of episodes and cells, so that trials of several seeds are several networks at the same episodes. Default: the trial's.</summary>
    public int? EpisodeSeed { get; init; }

    /// <summary>Whose connections are weakened. Default: as coded for two names, as intended for more.</summary>
    public NamingRule? Rule { get; init; }

    /// <summary>How much faster novel examples are learned; above 0. Default: 65.</summary>
    public double Novelty { get; init; } = 65;

    /// <summary>The first so many examples are novel. Default: 5.</summary>
    public int NovelExamples { get; init; } = 5;

    /// <summary>How fast connections are weakened, before novelty; 0 leaves strengthening alone, which dense features want. Default: 0.003.</summary>
    public double Depression { get; init; } = .003;

    /// <inheritdoc/>
    public void Check()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(NetworkPictures);
    }

    /// <inheritdoc/>
    public void Run(TrialContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Check();
        int seed = EpisodeSeed ?? context.SeedNumber;
        LabelledRows rows = Pool == NamingPool.Test ? Data.Test : LabelledRows.Together(Data.Training, Data.Test);
        if (rows.Features.Span.IndexOfAnyInRange(float.NegativeInfinity, -float.Epsilon) is >= 0 and var at)
            throw new ArgumentException($"data {Data}: a feature of {rows.Features.Span[at]}; concept cells learn what is active, expected features of at least 0");
        NamingEpisode[] episodes = NamingEpisode.Draw(NamingRows.Of(rows, Pool == NamingPool.Apart ? Data.Training.Count : null), Episodes, Ways, Shots, Tests, seed);
        OneShotNamingOptions options = new() { Rule = Rule ?? (Ways == 2 ? NamingRule.AsCoded : NamingRule.AsIntended), NoveltyFactor = Novelty, NovelExampleCount = NovelExamples, DepressionRate = Depression };
        options.Validate();
        NamingFeatures features = new(rows.Count) { Rows = [.. Enumerable.Range(0, rows.Count).Select(place => rows.Features.Slice(place * rows.Width, rows.Width).ToArray())] };
        List<NamingContestant> contestants = [.. NamingContestant.OnRows(options, seed, "rows", "the rows as they are")];
        if (Network is { } network)
        {
            Look(network, features, rows, episodes, context);
            contestants.AddRange(NamingContestant.OnSpikes(options, seed).Where(contestant => contestant.Key != NamingContestant.Pixels)); // rows-nearest is the same
        }
        NamingComparison comparison = NamingComparison.Run(contestants, features, episodes, cancellation: context.Cancellation);
        for (int k = 0; k < episodes.Length; k++)
            context.Record(k + 1, [.. contestants.Select((contestant, c) => (contestant.Key, comparison.Accuracies[c][k])), .. Differences(comparison, k)]);
    }

    private static IEnumerable<(string Metric, double Value)> Differences(NamingComparison comparison, int episode)
    {
        foreach ((string naming, string svm) in ((string, string)[])[("rows-naming", "rows-svm"), (NamingContestant.Naming, NamingContestant.Svm)])
        {
            if (comparison.Has(naming))
                yield return ($"{naming}-minus-svm", comparison.Of(naming)[episode] - comparison.Of(svm)[episode]);
        }
    }

    private void Look(SpikingNetworkOptions options, NamingFeatures features, LabelledRows rows, NamingEpisode[] episodes, TrialContext context)
    {
        int[] byClass = [.. Enumerable.Range(0, Data.Training.Count).OrderBy(place => Data.Training.Labels.Span[place])];
        int every = NetworkPictures == 0 ? 1 : Math.Max(1, byClass.Length / NetworkPictures);
        LabelledRows learned = Data.Training.Take([.. byClass.Where((_, i) => i % every == 0)]);
        SpikingNetwork network = SpikingPictures.Learn(options, null, learned, Data.Shape, context.SeedNumber, context.Cancellation);
        SpikingReadOut readOut = new() { CountThreshold = ActiveFrom };
        foreach (int place in episodes.SelectMany(episode => episode.Examples.Concat(episode.Tests)).Distinct())
        {
            context.Cancellation.ThrowIfCancellationRequested();
            features.Add(place, network.Respond(SpikingPictures.Picture(rows, Data.Shape, place), readOut));
        }
    }
}
