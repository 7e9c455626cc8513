using BioLearn.Cli.Naming.Pictures;
using BioLearn.Cli.Naming.Report;
using BioLearn.Experiments.Naming;

namespace BioLearn.Cli.Naming.Comparing;

/// <summary>Some pictures of an episode and what they were named, for people to look at.</summary>
internal static class Answers
{
    private const int PerName = 5;

    public static IReadOnlyList<Example> Of(PictureSet set, Features features, NamingEpisode episode, NamingComparison comparison)
    {
        if (!comparison.Has(NamingContestant.Naming) || !comparison.Has(NamingContestant.Svm))
            return [];
        int[] naming = comparison.Contestants.First(c => c.Key == NamingContestant.Naming).Name(features.Seen, episode), svm = comparison.Contestants.First(c => c.Key == NamingContestant.Svm).Name(features.Seen, episode);
        var chosen = new List<Example>();
        for (int label = 0; label < episode.Names.Count; label++)
        {
            int[] own = [.. Enumerable.Range(0, episode.Tests.Length).Where(i => episode.TestLabels[i] == label)];
            // Evenly over the pictures of the name, not picked for their outcome.
            int every = Math.Max(1, own.Length / PerName);
            chosen.AddRange(own.Where((_, i) => i % every == 0).Take(PerName).Select(i => new Example(
                set.Pictures[episode.Tests[i]].Picture, Name(label), Name(naming[i]), Name(svm[i]))));
        }

        return chosen;

        string Name(int label) => set.Names[episode.Names[label]];
    }
}
