namespace BioLearn.Experiments.Tests;

public class TrialContextTests
{
    [Fact]
    public void Streams_follow_the_names_of_experiment_and_seed()
    {
        double first = new TrialContext("a", "1").Stream("order").NextDouble();
        Assert.Equal(first, new TrialContext("a", "1").Stream("order").NextDouble());
        Assert.NotEqual(first, new TrialContext("a", "2").Stream("order").NextDouble());
        Assert.NotEqual(first, new TrialContext("b", "1").Stream("order").NextDouble());
        Assert.NotEqual(first, new TrialContext("a", "1").Stream("weights").NextDouble());
    }

    [Fact]
    public void Rows_keep_their_order_and_refuse_an_earlier_iteration()
    {
        TrialContext context = new("a", "1");
        context.Record(1, ("loss", double.NaN), ("error", .5));
        context.Record(1, ("loss", 2));
        Assert.Equal(["loss", "error"], context.Rows[0].Values.Select(v => v.Key));
        Assert.Throws<ArgumentOutOfRangeException>(() => context.Record(0, ("loss", 1)));
        Assert.Equal(2, context.Rows.Count);
    }
}
