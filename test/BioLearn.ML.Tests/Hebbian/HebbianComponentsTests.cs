using BioLearn.ML.Hebbian;
using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Tests.Hebbian;

/// <summary>What the Hebbian transforms find in data whose structure is known.</summary>
public class HebbianComponentsTests
{
    private readonly MLContext _mlContext = new(seed: 3);

    [Fact]
    public void Sanger_finds_the_principal_components_in_order()
    {
        // Axes 1/√2 (1, 1, 0), (0, 0, 1), 1/√2 (1, -1, 0) with deviations 3, 2, 0.5, around a mean far from 0.
        var model = _mlContext.Transforms.HebbianComponents("C", "X", rank: 2, numberOfEpochs: 60).Fit(Cloud()).Model;
        float[] w = model.GetWeights();
        double h = Math.Sqrt(0.5);
        Assert.InRange(Math.Abs((w[0] * h) + (w[1] * h)), 0.999, 1.01);
        Assert.InRange(Math.Abs(w[5]), 0.999, 1.01);
        Assert.Equal("Sanger", model.RuleName);
        Assert.Equal(10, model.GetMean()[0], 0.3);
    }

    [Fact]
    public void Subspace_rule_becomes_orthonormal_and_plain_Hebb_keeps_length_one()
    {
        float[] subspace = _mlContext.Transforms.HebbianComponents("C", "X", 2, new OjaSubspace(), 60).Fit(Cloud()).Model.GetWeights();
        Assert.Equal(1, Dot(subspace, 0, 0), 1e-2);
        Assert.Equal(1, Dot(subspace, 1, 1), 1e-2);
        Assert.Equal(0, Dot(subspace, 0, 1), 1e-2);
        float[] hebb = _mlContext.Transforms.HebbianComponents("C", "X", 2, new Hebb(), 5).Fit(Cloud()).Model.GetWeights();
        Assert.Equal(1, Dot(hebb, 0, 0), 1e-5);
        Assert.Equal(1, Dot(hebb, 1, 1), 1e-5);
    }

    [Fact]
    public void Unbounded_rule_without_a_constraint_is_refused_and_one_that_diverges_says_where()
    {
        var refused = Assert.Throws<ArgumentException>(() => _mlContext.Transforms.HebbianComponents(new HebbianOptions { Rule = new Hebb(), UnitLengthWeights = false }));
        Assert.Contains("UnitLengthWeights", refused.Message, StringComparison.Ordinal);
        var diverged = Assert.Throws<DivergenceException>(() => _mlContext.Transforms
            .HebbianComponents(new HebbianOptions { OutputColumnName = "C", InputColumnName = "X", NumberOfUnits = 2, LearningRate = 10 }).Fit(Cloud()));
        Assert.Contains("Sanger", diverged.Message, StringComparison.Ordinal);
        Assert.Equal(1, diverged.Epoch);
    }

    [Fact]
    public void Columns_that_never_change_add_nothing_and_rows_that_are_all_alike_only_warn()
    {
        var rows = _mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 50).Select(_ => new Point { X = [1, 2, 3] }));
        float[][] components = [.. _mlContext.Transforms.HebbianComponents("C", "X", 2).Fit(rows).Transform(rows).GetColumn<float[]>("C")];
        Assert.All(components, c => Assert.Equal([0f, 0f], c));
    }

    [Fact]
    public void Competing_units_settle_on_the_directions_of_clusters()
    {
        float[][] centres = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];
        Random random = new(5);
        var rows = _mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 600).Select(i => new Point { X = [.. centres[i % 3].Select(c => (float)(c + (0.05 * random.NextDouble())))] }));
        float[] w = _mlContext.Transforms.SoftHebb("C", "X", numberOfUnits: 9, numberOfEpochs: 40).Fit(rows).Model.GetWeights();
        foreach (float[] centre in centres)
        {
            float[] direction = [.. centre.Select(c => c - (1 / 3f))]; // rows are centred
            double best = Enumerable.Range(0, 9).Max(u => Cosine(w.AsSpan(u * 3, 3), direction));
            Assert.InRange(best, 0.99, 1.0001);
        }
    }

    [Fact]
    public void Short_forms_of_competing_units_learn_what_their_options_say()
    {
        float[] Learn(Func<TransformsCatalog, IEstimator<UnsupervisedTransformer<CompetitiveLayer>>> make) => make(new MLContext(seed: 3).Transforms).Fit(Cloud()).Model.GetWeights();
        float[] Options(CompetitiveRule rule) => Learn(t => t.CompetitiveLayer(new CompetitiveOptions { OutputColumnName = "C", InputColumnName = "X", NumberOfUnits = 4, NumberOfEpochs = 2, Rule = rule }));

        float[] soft = Learn(t => t.CompetitiveLayer("C", "X", 4, numberOfEpochs: 2));
        Assert.Equal(4 * 3, soft.Length);
        Assert.Equal(Options(new SoftHebb()), soft);
        Assert.Equal(soft, Learn(t => t.SoftHebb("C", "X", 4, 2)));

        float[] ranked = Options(new KrotovHopfield());
        Assert.Equal(ranked, Learn(t => t.KrotovHopfield("C", "X", 4, 2)));
        Assert.NotEqual(soft, ranked);
        float[] cubed = Learn(t => t.CompetitiveLayer("C", "X", 4, new KrotovHopfield { Power = 3 }, 2));
        Assert.Equal(Options(new KrotovHopfield { Power = 3 }), cubed);
        Assert.NotEqual(ranked, cubed);
    }

    private static double Cosine(ReadOnlySpan<float> a, ReadOnlySpan<float> b) => System.Numerics.Tensors.TensorPrimitives.CosineSimilarity(a, b);

    private static double Dot(float[] w, int i, int j) => Enumerable.Range(0, 3).Sum(k => (double)w[(3 * i) + k] * w[(3 * j) + k]);

    private IDataView Cloud()
    {
        Random random = new(7);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        Point[] points = new Point[2000];
        for (int i = 0; i < points.Length; i++)
        {
            double a = 3 * Normal(), b = 2 * Normal(), c = 0.5 * Normal(), h = Math.Sqrt(0.5);
            points[i] = new Point { X = [(float)(10 + (h * (a + c))), (float)(-5 + (h * (a - c))), (float)(b + 1)] };
        }
        return _mlContext.Data.LoadFromEnumerable(points);
    }

    private sealed class Point
    {
        [VectorType(3)]
        public float[] X { get; set; } = [];
    }
}
