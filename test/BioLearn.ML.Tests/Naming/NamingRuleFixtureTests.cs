using System.Text.Json;
using BioLearn.ML.Naming;

namespace BioLearn.ML.Tests.Naming;

/// <summary>The original's naming procedure with given potentials: weights, scores, names, accuracies.</summary>
public sealed class NamingRuleFixtureTests
{
    public static TheoryData<string, bool> Cases
    {
        get
        {
            var cases = new TheoryData<string, bool>();
            foreach (string name in NamingFixture.CaseNames("09_naming"))
            {
                cases.Add(name, false);
                cases.Add(name, true);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Weights_after_training_are_the_originals(string name, bool otherNames)
    {
        var one = Case(name);
        var cells = Train(one, otherNames ? NamingRule.AsIntended : NamingRule.AsCoded);
        var expected = one.GetProperty(otherNames ? "final_if_ltd_on_other_classes" : "final");
        for (int k = 0; k < cells.Count; k++)
            Equal(Flat(expected.EnumerateObject().ElementAt(k).Value), cells.Weights(k).ToArray(), 1e-12);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Scores_names_and_accuracies_are_the_originals(string name, bool test)
    {
        var one = Case(name);
        var cells = Train(one, NamingRule.AsCoded);
        var results = one.GetProperty("results").GetProperty(test ? "test" : "train");
        int[] labels = NamingFixture.Classes(results.GetProperty("labels"));
        double threshold = one.GetProperty("class_threshold").GetDouble();
        int rightByWeights = 0, rightByPotential = 0, i = 0;
        foreach (var key in results.GetProperty("keys").EnumerateArray())
        {
            var trace = Trace(one, key.GetInt32().ToString(System.Globalization.CultureInfo.InvariantCulture));
            var decision = trace.Name(cells, threshold < 0 ? null : threshold);
            Equal(NamingFixture.Numbers(results.GetProperty("score_weights")[i]), decision.WeightScores, 1e-12);
            Equal(NamingFixture.Numbers(results.GetProperty("score_potential")[i]), decision.PotentialScores, 1e-12);
            Assert.Equal(Name(results.GetProperty("named_by_weights")[i]), decision.ByWeights);
            Assert.Equal(Name(results.GetProperty("named_by_potential")[i]), decision.ByPotential);
            if (threshold < 0)
            {
                double[] scores = new double[cells.Count];
                cells.Score<byte>(trace.Counts, NamingReadOut.Plain, scores);
                Equal(decision.WeightScores, scores, 1e-12); // counts say all that the course of time does
                cells.Score<double>(trace.Charges, NamingReadOut.Plain, scores);
                Equal(decision.PotentialScores, scores, 1e-12);
            }

            rightByWeights += decision.ByWeights == labels[i] ? 1 : 0;
            rightByPotential += decision.ByPotential == labels[i] ? 1 : 0;
            i++;
        }

        Assert.Equal(results.GetProperty("accuracy_weights").GetDouble(), (double)rightByWeights / i, 1e-12);
        Assert.Equal(results.GetProperty("accuracy_potential").GetDouble(), (double)rightByPotential / i, 1e-12);
    }

    [Fact]
    public void Normalized_read_out_measures_what_was_learned_at_equal_length()
    {
        var cells = new ConceptCells(3);
        cells.Add([.5, .5, .5], [.9, .8, .5]);
        cells.Add([.5, .5, .5], [.5, .5, .5]);
        double[] scores = new double[2];
        cells.Score<byte>([2, 1, 7], NamingReadOut.Normalized, scores);
        Equal([((2 * .4) + .3) / .5, 0], scores, 1e-12);
    }

    private static ConceptCells Train(JsonElement one, NamingRule rule)
    {
        int[] shape = [one.GetProperty("H").GetInt32(), one.GetProperty("W").GetInt32(), one.GetProperty("D").GetInt32()];
        var cells = new ConceptCells(shape[0] * shape[1] * shape[2]);
        foreach (var initial in one.GetProperty("initial").EnumerateObject())
            cells.Add(Flat(initial.Value), Flat(initial.Value));
        var results = one.GetProperty("results").GetProperty("train");
        var labels = results.GetProperty("keys").EnumerateArray().Select(key => key.GetInt32())
            .Zip(NamingFixture.Classes(results.GetProperty("labels"))).ToDictionary();
        double factor = one.GetProperty("novelty_factor").ValueKind == JsonValueKind.Null ? 1 : one.GetProperty("novelty_factor").GetDouble();
        int boosted = one.GetProperty("boosted_images").ValueKind == JsonValueKind.Null ? int.MaxValue : one.GetProperty("boosted_images").GetInt32();
        int[] order = [.. one.GetProperty("presentation_order").EnumerateArray().Select(key => key.GetInt32())];
        int passes = one.GetProperty("iterations").GetInt32();
        var options = new OneShotNamingOptions
        {
            Rule = rule,
            PotentiationRate = one.GetProperty("a_plus").GetDouble() / factor,
            DepressionRate = one.GetProperty("a_minus").GetDouble() / factor,
            NoveltyFactor = factor,
            NovelExampleCount = boosted,
            NumberOfIterations = passes,
        };
        int[][] shown = [.. order.Chunk(order.Length / passes)];
        NamingLesson.Teach(
            cells,
            options,
            [.. Enumerable.Range(0, labels.Keys.Max() + 1).Select(key => labels.GetValueOrDefault(key, -1))],
            key => Trace(one, key.ToString(System.Globalization.CultureInfo.InvariantCulture)).Counts,
            pass => shown[pass]);
        return cells;
    }

    private static NamingTrace Trace(JsonElement one, string key)
    {
        int height = one.GetProperty("H").GetInt32(), width = one.GetProperty("W").GetInt32(), maps = one.GetProperty("D").GetInt32(), steps = one.GetProperty("T").GetInt32();
        double[] listed = Flat(one.GetProperty("potentials").GetProperty(key)); // [y][x][map][t]
        float[] potentials = new float[listed.Length];
        int size = height * width * maps;
        for (int place = 0; place < size; place++)
        {
            for (int t = 0; t < steps; t++)
                potentials[(t * size) + place] = (float)listed[(place * steps) + t];
        }

        var coding = new ActiveNeurons(one.GetProperty("TR").GetDouble(), one.GetProperty("max_spikes_per_step").GetInt32(), one.GetProperty("pool_window").GetInt32());
        return new(coding, potentials, steps, height, width, maps);
    }

    private static JsonElement Case(string name) => NamingFixture.Cases("09_naming").Single(one => one.GetProperty("name").GetString() == name);

    // No name is null or a number below the first.
    private static int Name(JsonElement name) => name.ValueKind == JsonValueKind.Null ? -1 : Math.Max(-1, (int)name.GetDouble() - 1);

    private static double[] Flat(JsonElement nested)
        => nested.ValueKind == JsonValueKind.Array ? [.. nested.EnumerateArray().SelectMany(Flat)] : [nested.GetDouble()];

    private static void Equal(IReadOnlyList<double> expected, IReadOnlyList<double> found, double tolerance)
    {
        Assert.Equal(expected.Count, found.Count);
        for (int i = 0; i < expected.Count; i++)
            Assert.Equal(expected[i], found[i], tolerance * Math.Max(1, Math.Abs(expected[i])));
    }
}
