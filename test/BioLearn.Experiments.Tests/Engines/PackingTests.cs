namespace BioLearn.Experiments.Tests;

public class PackingTests
{
    [Theory]
    [InlineData(41_472, .05, 4)] // 2,074 s in tasks of ten minutes
    [InlineData(10, 3600.0, 10)]
    [InlineData(10, .001, 1)]
    [InlineData(100_000, 600.0, 1000)]
    [InlineData(41_472, null, 100)]
    [InlineData(7, null, 7)]
    public void Tasks_last_minutes_and_are_no_more_than_trials_or_the_array_may_have(int trials, double? seconds, int tasks) => Assert.Equal(tasks, new Packing().Tasks(trials, seconds));
}
