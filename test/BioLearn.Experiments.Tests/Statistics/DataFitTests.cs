using System.Text.Json;
using BioLearn.Experiments.Statistics;

namespace BioLearn.Experiments.Tests.Statistics;

/// <summary>Least squares of data on a model's values, against the original's fits.</summary>
public class DataFitTests
{
    public static TheoryData<string> Files => [.. FixtureFiles.Names("prospective", "helpers*.json")];

    [Theory]
    [MemberData(nameof(Files))]
    public void Best_fit_of_each_rule_is_the_originals(string file)
    {
        JsonElement root = FixtureFiles.Read(FixtureFiles.Find("prospective", file)[0]), fits = root.GetProperty("fit_data");
        double tolerance = root.GetProperty("tolerance_abs").GetDouble();
        var rows = fits.GetProperty("rows").EnumerateArray().Select(row => (Rule: row.GetProperty("PC").ToString(), Setting: (row.GetProperty("lr").GetDouble(), row.GetProperty("mlr").GetDouble()), Group: row.GetProperty("index").GetDouble(), Value: row.GetProperty("value").GetDouble())).ToArray();
        foreach (JsonElement fit in fits.GetProperty("results").EnumerateArray())
        {
            DataFitForm form = fit.GetProperty("fit_with").GetString() == "k" ? DataFitForm.Scale : DataFitForm.Line;
            double[] data = [.. fit.GetProperty("raw_data").EnumerateArray().Select(point => (Group: Math.Round(point[0].GetDouble(), MidpointRounding.ToEven), Value: point[1].GetDouble())).GroupBy(point => point.Group).OrderBy(group => group.Key).Select(group => group.Average(point => point.Value))];
            foreach (JsonProperty expected in fit.GetProperty("best").EnumerateObject())
            {
                var best = BestSetting.Choose([.. rows.Where(row => row.Rule == expected.Name)], row => row.Rule, row => row.Setting, seeds => Of(seeds.Select(row => (row.Group, row.Value))).Error, least: true).Single();
                Assert.Equal((expected.Value.GetProperty("lr").GetDouble(), expected.Value.GetProperty("mlr").GetDouble()), best.Settings.Single());
                DataFit found = Of(rows.Where(row => row.Rule == expected.Name && row.Setting == best.Settings[0]).Select(row => (row.Group, row.Value)));
                Assert.Equal(expected.Value.GetProperty("fitting_error").GetDouble(), found.Error, tolerance);
                Assert.Equal(expected.Value.GetProperty("k").GetDouble(), found.Factor, tolerance);
                Assert.Equal(expected.Value.GetProperty("b") is { ValueKind: JsonValueKind.Number } b ? b.GetDouble() : 0, found.Offset, tolerance);
                foreach ((JsonProperty value, double fitted) in expected.Value.GetProperty("mean_fitted_by_index").EnumerateObject().Zip(found.Fitted))
                    Assert.Equal(value.Value.GetDouble(), fitted, tolerance);
            }

            DataFit Of(IEnumerable<(double Group, double Value)> seeds) => DataFit.Of([.. seeds.GroupBy(row => row.Group).OrderBy(group => group.Key).Select(group => group.Average(row => row.Value))], data, form);
        }
    }

    [Fact]
    public void Model_without_differences_fits_the_mean()
    {
        DataFit line = DataFit.Of([2, 2, 2], [1, 2, 6], DataFitForm.Line);
        Assert.Equal((0, 3, 14), (line.Factor, line.Offset, line.Error));
        Assert.Equal(0, DataFit.Of([0, 0], [1, 2], DataFitForm.Scale).Factor);
        Assert.True(double.IsNaN(DataFit.Of([double.NaN, 1], [1, 2], DataFitForm.Line).Error));
        Assert.Throws<ArgumentException>(() => DataFit.Of([1], [1, 2], DataFitForm.Line));
    }
}
