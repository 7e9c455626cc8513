using BioLearn.Experiments.Scaling;

namespace BioLearn.Experiments.Tests.Scaling;

/// <summary>Costs are measured, so that only what they must be is known of them.</summary>
public class CostTrialTests
{
    [Theory]
    [InlineData(CostedWork.LearningRule)]
    [InlineData(CostedWork.HebbianComponents)]
    [InlineData(CostedWork.CompetitiveLayer)]
    [InlineData(CostedWork.BoltzmannMachine)]
    [InlineData(CostedWork.DeepBelief)]
    [InlineData(CostedWork.Helmholtz)]
    [InlineData(CostedWork.Recurrent)]
    [InlineData(CostedWork.PlasticMemory)]
    public void Every_work_has_a_row_for_each_repetition(CostedWork work)
    {
        TrialContext context = new("cost", "0");
        new CostTrial { Work = work, Rows = 120, Features = 16, Units = 12, Depth = 2, Batch = 20, Threads = 2, Repetitions = 2 }.Run(context);
        Assert.Equal([1, 2], context.Rows.Select(row => row.Iteration));
        foreach (TrialRow row in context.Rows)
        {
            Assert.True(row.Find("seconds") > 0);
            Assert.True(row.Find("cpu-seconds") >= 0);
            Assert.True(row.Find("score-seconds") >= 0);
            Assert.InRange(row.Find("megabytes")!.Value, 0, 1e5);
        }
    }

    [Fact]
    public void Memory_that_is_held_is_seen()
    {
        TrialContext small = new("cost", "0"), large = new("cost", "0");
        new CostTrial { Rows = 64, Features = 16, Units = 16, Repetitions = 1 }.Run(small);
        // 3,000 x 3,000 weights in single precision and what Adam keeps of them: 108 MB at least.
        new CostTrial { Rows = 64, Features = 3000, Units = 3000, Repetitions = 1 }.Run(large);
        Assert.InRange(large.Rows[0].Find("megabytes")!.Value - small.Rows[0].Find("megabytes")!.Value, 50, 1000);
    }

    [Fact]
    public void Size_out_of_range_is_named() =>
        Assert.Equal("rows", Assert.Throws<ArgumentOutOfRangeException>(() => new CostTrial { Rows = 0 }.Run(new TrialContext("cost", "0"))).ParamName);
}
