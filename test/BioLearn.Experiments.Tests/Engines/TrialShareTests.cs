namespace BioLearn.Experiments.Tests;

public class TrialShareTests
{
    [Theory]
    [InlineData(10, 3)]
    [InlineData(2, 5)]
    [InlineData(41_472, 100)]
    public void Shares_are_the_whole_list_and_no_two_have_the_same(int count, int shares)
    {
        int[] all = [.. Enumerable.Range(0, count)];
        IReadOnlyList<int>[] parts = [.. Enumerable.Range(0, shares).Select(i => new TrialShare(i, shares).Of(all))];
        Assert.Equal(all, parts.SelectMany(part => part).Order());
        Assert.True(parts.Max(part => part.Count) - parts.Min(part => part.Count) <= 1);
    }

    [Theory]
    [InlineData("", null, null, 0, 1)]
    [InlineData("", 2, 4, 2, 4)]
    [InlineData("SLURM_ARRAY_TASK_ID=3;SLURM_ARRAY_TASK_COUNT=5;SLURM_ARRAY_TASK_MIN=0", null, null, 3, 5)]
    [InlineData("SLURM_ARRAY_TASK_ID=13;SLURM_ARRAY_TASK_COUNT=5;SLURM_ARRAY_TASK_MIN=10", null, null, 3, 5)]
    [InlineData("SLURM_ARRAY_TASK_ID=3;SLURM_ARRAY_TASK_COUNT=5;SLURM_ARRAY_TASK_MIN=0", 1, 2, 1, 2)]
    [InlineData("JOB_COMPLETION_INDEX=4", null, 6, 4, 6)]
    public void Share_is_the_users_or_the_schedulers(string variables, int? index, int? count, int expectedIndex, int expectedCount)
    {
        TrialShare share = TrialShare.FromEnvironment(index, count, Environment(variables));
        Assert.Equal((expectedIndex, expectedCount), (share.Index, share.Count));
    }

    [Theory]
    [InlineData("JOB_COMPLETION_INDEX=4", null, null, "but not of how many")]
    [InlineData("JOB_COMPLETION_INDEX=4", null, 4, "there is no share 4 of 4")]
    [InlineData("SLURM_ARRAY_TASK_ID=x", null, null, "SLURM_ARRAY_TASK_ID is 'x'; expected a number")]
    public void Shares_that_cannot_be_are_refused(string variables, int? index, int? count, string message) =>
        Assert.Contains(message, Assert.Throws<ArgumentException>(() => TrialShare.FromEnvironment(index, count, Environment(variables))).Message, StringComparison.Ordinal);

    private static Func<string, string?> Environment(string variables)
    {
        Dictionary<string, string> all = variables.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(variable => variable.Split('=')).ToDictionary(sides => sides[0], sides => sides[1]);
        return name => all.GetValueOrDefault(name);
    }
}
