using System.Text.Json;
using BioLearn.Experiments.Statistics;

namespace BioLearn.Experiments.Tests.Statistics;

/// <summary>Best settings and intervals against those that the original's analysis gave.</summary>
public class BestRateSelectionTests
{
    private const string Pattern = "best_rate_selection*.json";

    public static TheoryData<string, int> Cases => FixtureFiles.Cases("prospective", Pattern);

    public static TheoryData<string, int> Intervals => FixtureFiles.Cases("prospective", Pattern, "intervals");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Best_setting_of_each_group_is_the_originals(string file, int index)
    {
        JsonElement trials = FixtureFiles.Case("prospective", file, index);
        double tolerance = Tolerance(file);
        Trial[] rows = [.. trials.GetProperty("trials").EnumerateArray().Select(Read)];
        Dictionary<(string, string), List<(double Rate, SampleSummary Summary)>> means = [];
        var choices = BestSetting.Choose(rows, row => (row.Data, row.Rule), row => row.Rate, seeds =>
        {
            SampleSummary summary = SampleSummary.Of(seeds.Select(row => row.Metric));
            if (!means.TryGetValue((seeds[0].Data, seeds[0].Rule), out var list))
                means.Add((seeds[0].Data, seeds[0].Rule), list = []);
            list.Add((seeds[0].Rate, summary));
            return summary.Mean;
        }, trials.GetProperty("is_min").GetBoolean());

        foreach (JsonElement expected in trials.GetProperty("per_rate").EnumerateArray())
        {
            SampleSummary found = means[Group(expected)].Single(entry => entry.Rate == expected.GetProperty("lr").GetDouble()).Summary;
            Assert.Equal(expected.GetProperty("count").GetInt32(), found.Count);
            Equal(expected.GetProperty("mean"), found.Mean, tolerance);
            Equal(expected.GetProperty("sem"), found.StandardError, tolerance);
        }
        JsonElement[] best = [.. trials.GetProperty("best").EnumerateArray()];
        Assert.Equal(best.Length, choices.Count);
        foreach (JsonElement expected in best)
        {
            var found = choices.Single(choice => choice.Group == Group(expected));
            Assert.Equal(expected.GetProperty("selected_lr").EnumerateArray().Select(rate => rate.GetDouble()).Order(), found.Settings.Order());
            Assert.Equal(expected.GetProperty("selected_rows").EnumerateArray().Select(row => row.GetInt32()), found.Rows);
        }
        foreach (JsonElement interval in trials.GetProperty("intervals").EnumerateArray())
            Check(interval, tolerance);
    }

    [Theory]
    [MemberData(nameof(Intervals))]
    public void Interval_of_listed_resamples_is_the_originals(string file, int index) => Check(FixtureFiles.Case("prospective", file, index, "intervals"), Tolerance(file));

    private static void Check(JsonElement interval, double tolerance)
    {
        double[] values = [.. interval.GetProperty("values").EnumerateArray().Select(value => value.GetDouble())];
        var indices = interval.GetProperty("resample_indices").EnumerateArray().Select(one => one.EnumerateArray().Select(i => i.GetInt32()).ToArray());
        Interval found = BootstrapInterval.OfMean(values, .68, indices);
        Equal(interval.GetProperty("low"), found.Low, tolerance);
        Equal(interval.GetProperty("high"), found.High, tolerance);
        Equal(interval.GetProperty("mean"), SampleSummary.Of(values).Mean, tolerance);
    }

    private static double Tolerance(string file) => FixtureFiles.Read(FixtureFiles.Find("prospective", file)[0]).GetProperty("tolerance_abs").GetDouble();

    private static Trial Read(JsonElement row) => new(row.GetProperty("Dataset").GetString()!, row.GetProperty("PC").ToString(), row.GetProperty("lr").GetDouble(), Number(row.GetProperty("metric")));

    private static (string, string) Group(JsonElement row) => (row.GetProperty("Dataset").GetString()!, row.GetProperty("PC").ToString());

    private static double Number(JsonElement value) => value.ValueKind == JsonValueKind.Null ? double.NaN : value.GetDouble();

    private static void Equal(JsonElement expected, double found, double tolerance)
    {
        double wanted = Number(expected);
        Assert.True(double.IsNaN(wanted) ? double.IsNaN(found) : Math.Abs(wanted - found) <= tolerance, $"{found:R}, not {wanted:R}");
    }

    private sealed record Trial(string Data, string Rule, double Rate, double Metric);
}
