using BioLearn.Kernels.Random;
using BioLearn.ML.Plasticity.FeedForward;

namespace BioLearn.ML.Tests.Plasticity;

public class FeedForwardTaskTests
{
    [Fact]
    public void Completion_shows_a_pattern_then_one_of_its_elements_and_asks_for_the_whole()
    {
        var (_, episode) = Draw(FeedForwardTask.Completion, seed: 1);
        Assert.All(episode.Input(0).ToArray(), x => Assert.Equal(1, Math.Abs(x)));
        int kept = Assert.Single(Enumerable.Range(0, 8), k => episode.Input(1)[k] != 0);
        Assert.Equal(episode.Input(0)[kept], episode.Input(1)[kept]);
        Assert.Equal(episode.Input(0).ToArray(), episode.Target(1).ToArray());
        Assert.Equal([false, true], episode.IsScored);
    }

    [Fact]
    public void Reversal_swaps_the_patterns_in_the_middle_and_shows_the_labels_again()
    {
        var (task, episode) = Draw(FeedForwardTask.Reversal, seed: 2);
        for (int step = 0; step < task.Steps; step++)
        {
            double[] shown = episode.Input(step)[2..].ToArray();
            Assert.Equal(step % 2 == 0 ? [1.0, 0] : [0.0, 1], episode.Target(step).ToArray());
            bool labelled = step is 0 or 1 or 10 or 11;
            Assert.Equal(labelled ? episode.Target(step).ToArray() : [0.0, 0], episode.Input(step)[..2].ToArray());
            Assert.Equal(!labelled, episode.IsScored[step]);
            int first = step < 10 ? step % 2 : 1 - step % 2;
            Assert.Equal(episode.Input(first)[2..].ToArray(), shown);
        }

        Assert.NotEqual(episode.Input(0)[2..].ToArray(), episode.Input(1)[2..].ToArray());
    }

    [Theory]
    [InlineData("completion", 1200, .6)]
    [InlineData("oneshot", 2500, .35)]
    public void Training_brings_the_error_down(string name, int episodes, double most)
    {
        var task = name == "completion" ? FeedForwardTask.Completion : FeedForwardTask.OneShot;
        var trainer = new FeedForwardTrainer<double>(task, FeedForwardGradient.AsCoded, seed: 0);
        for (int e = 0; e < episodes; e++)
            trainer.RunEpisode();
        double late = trainer.Errors[^100..].ToArray().Average();
        Assert.True(late < most, $"error {late} after {episodes} episodes");
    }

    private static (FeedForwardTask Task, FeedForwardEpisode<double> Episode) Draw(FeedForwardTask task, long seed)
    {
        var episode = new FeedForwardEpisode<double>(task.CreateNetwork<double>(), task.Steps);
        task.Draw(new RandomStream(seed, "episodes"), episode);
        return (task, episode);
    }
}
