using BioLearn.ML.Memories;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Tests.Memories;

/// <summary>What a Hopfield memory does with rows.</summary>
public class HopfieldMemoryTests
{
    private const int Size = 64;

    private readonly MLContext _mlContext = new(seed: 4);

    [Theory]
    [InlineData(HopfieldRule.Hebb, false)]
    [InlineData(HopfieldRule.Storkey, false)]
    [InlineData(HopfieldRule.PseudoInverse, false)]
    [InlineData(HopfieldRule.PseudoInverse, true)]
    [InlineData(HopfieldRule.Modern, false)]
    public void Patterns_with_unknown_and_wrong_elements_are_completed(HopfieldRule rule, bool synchronous)
    {
        float[][] patterns = Patterns(4);
        var model = _mlContext.Transforms.HopfieldMemory(new HopfieldOptions
        {
            OutputColumnName = "Whole",
            InputColumnName = "X",
            Rule = rule,
            Synchronous = synchronous,
            EnergyColumnName = "Energy",
            ConvergedColumnName = "Converged",
        }).Fit(Rows(patterns));
        float[][] damaged = [.. patterns.Select(p => p.Select((x, i) => i % 4 == 0 ? float.NaN : i % 16 == 1 ? -x : x).ToArray())];
        IDataView whole = model.Transform(Rows(damaged));
        float[][] completed = [.. whole.GetColumn<float[]>("Whole")];
        for (int p = 0; p < patterns.Length; p++)
            Assert.Equal(patterns[p], completed[p].Select(x => MathF.Round(x, 2)));
        Assert.All(whole.GetColumn<bool>("Converged"), Assert.True);
        Assert.All(whole.GetColumn<float>("Energy"), e => Assert.True(float.IsFinite(e) && e < 0));
        Assert.Equal((4, rule), (model.Model.PatternCount, model.Model.Rule));
    }

    [Theory]
    [InlineData(HopfieldRule.Hebb, false)]
    [InlineData(HopfieldRule.Storkey, false)]
    [InlineData(HopfieldRule.PseudoInverse, false)]
    [InlineData(HopfieldRule.PseudoInverse, true)]
    [InlineData(HopfieldRule.Modern, false)]
    public void Recollection_step_by_step_ends_where_the_transform_ends(HopfieldRule rule, bool synchronous)
    {
        float[][] patterns = Patterns(4);
        HopfieldOptions options = new() { OutputColumnName = "Whole", InputColumnName = "X", Rule = rule, Synchronous = synchronous, EnergyColumnName = "Energy", ConvergedColumnName = "Converged", Seed = 7 };
        var fitted = _mlContext.Transforms.HopfieldMemory(options).Fit(Rows(patterns));
        var memory = HopfieldMemory.Store(options, [.. patterns.SelectMany(p => p)], Size);
        Assert.Equal(fitted.Model.GetWeights(), memory.GetWeights());
        float[] cue = [.. patterns[2].Select((x, i) => i % 3 == 0 ? 0 : i % 8 == 1 ? -x : x)];
        var recollection = memory.Recollect(cue);
        Assert.Equal(cue, recollection.State.ToArray());
        double energy = recollection.Energy;
        int steps = 0;
        for (float[] before = cue; recollection.Step(); before = recollection.State.ToArray(), steps++)
        {
            Assert.True(recollection.Energy <= energy + 1e-4 || synchronous, $"from {energy} to {recollection.Energy}");
            energy = recollection.Energy;
            int[] changed = [.. Enumerable.Range(0, Size).Where(i => before[i] != recollection.State[i])];
            if (synchronous || rule == HopfieldRule.Modern)
                Assert.Equal(-1, recollection.Changed);
            else
                Assert.Equal([recollection.Changed], changed);
        }
        Assert.True(steps > 0);
        Assert.True(recollection.IsOver && recollection.Converged);
        Assert.False(recollection.Step());
        var whole = fitted.Transform(Rows([cue]));
        Assert.Equal(whole.GetColumn<float[]>("Whole").Single(), recollection.State.ToArray());
        Assert.Equal(whole.GetColumn<float>("Energy").Single(), (float)recollection.Energy);
        recollection.Begin(patterns[0]);
        Assert.Equal((0, false, -1), (recollection.Sweeps, recollection.Converged, recollection.Changed));
        Assert.Equal(patterns[0], recollection.State.ToArray());
    }

    [Fact]
    public void Recollection_makes_no_more_sweeps_than_it_may()
    {
        // Two units that want to be each other's opposite, all at once: they change for ever.
        HopfieldOptions options = new() { OutputColumnName = "X", Rule = HopfieldRule.Hebb, Synchronous = true, MaximumSweeps = 3 };
        var recollection = HopfieldMemory.Store(options, [1, -1], 2).Recollect([1, 1]);
        recollection.Complete();
        Assert.Equal((3, false, true), (recollection.Sweeps, recollection.Converged, recollection.IsOver));
        Assert.Throws<ArgumentException>(() => recollection.Begin([1]));
        Assert.Throws<ArgumentException>(() => HopfieldMemory.Store(options, [1, -1, 1], 2));
        Assert.Throws<ArgumentException>(() => HopfieldMemory.Store(options, [1, float.NaN], 2));
    }

    [Fact]
    public void Threshold_makes_signs_of_other_features_and_a_loaded_memory_keeps_all_settings()
    {
        float[][] patterns = [.. Patterns(3).Select(p => p.Select(x => x > 0 ? 200f : 20f).ToArray())];
        var model = _mlContext.Transforms.HopfieldMemory(new HopfieldOptions { OutputColumnName = "Whole", InputColumnName = "X", Threshold = 128 }).Fit(Rows(patterns));
        float[] half = [.. patterns[1].Select((x, i) => i < Size / 2 ? x : 128)]; // at the threshold: unknown
        Assert.Equal(Patterns(3)[1], model.Transform(Rows([half])).GetColumn<float[]>("Whole").Single());
        Assert.Equal(Patterns(3).SelectMany(p => p), model.Model.GetPatterns());
    }

    [Fact]
    public void Modern_memory_of_real_numbers_warns_by_distance_not_by_sign()
    {
        List<string> log = [];
        double loss = double.NaN;
        _mlContext.Log += (_, e) => log.Add(e.Message);
        float[][] apart = [[1, 0, 0, 2, 0, 0], [0, 1.5f, 0, 0, 1.5f, 0], [0, 0, 1, 0, 0, 2]], alike = [[1, 0, 0, 2, 0, 0], [1, 0, 0, 2.1f, 0, 0]];
        Fit(apart, 8);
        Assert.DoesNotContain(log, line => line.Contains("too alike", StringComparison.Ordinal));
        Assert.InRange(loss, 0, 1e-6);
        Fit(alike, 0.01);
        Assert.Contains(log, line => line.Contains("of their length away: 2 patterns of 6 elements are too many or too alike for Modern", StringComparison.Ordinal));
        Assert.InRange(loss, 0.01, 0.1); // their mean is .05 of a length of 2.3 away

        void Fit(float[][] patterns, double beta) => _mlContext.Transforms.HopfieldMemory(new HopfieldOptions
        {
            OutputColumnName = "Whole",
            InputColumnName = "X",
            Rule = HopfieldRule.Modern,
            InverseTemperature = beta,
            Progress = new Listener(p => loss = p.ValidationLoss ?? p.Loss),
        }).Fit(Rows(patterns));
    }

    private sealed class Listener(Action<BioLearn.ML.Hosting.TrainingProgress> hear) : IProgress<BioLearn.ML.Hosting.TrainingProgress>
    {
        public void Report(BioLearn.ML.Hosting.TrainingProgress value) => hear(value);
    }

    [Fact]
    public void Overfull_memory_warns_and_correlated_patterns_need_the_pseudo_inverse()
    {
        List<string> log = [];
        _mlContext.Log += (_, e) => log.Add(e.Message);
        // Ten patterns that differ from a common one in five elements each.
        float[][] alike = [.. Enumerable.Range(0, 10).Select(p => Enumerable.Range(0, Size).Select(i => i / 5 == p ? -1f : 1f).ToArray())];
        var hebb = _mlContext.Transforms.HopfieldMemory("Whole", "X", HopfieldRule.Hebb).Fit(Rows(alike));
        Assert.Contains(log, line => line.Contains("too many or too alike for Hebb", StringComparison.Ordinal));
        log.Clear();
        var pseudo = _mlContext.Transforms.HopfieldMemory("Whole", "X").Fit(Rows([.. alike, alike[0]])); // a repeated pattern does no harm
        Assert.DoesNotContain(log, line => line.Contains("too alike", StringComparison.Ordinal));
        Assert.NotEqual(alike, hebb.Transform(Rows(alike)).GetColumn<float[]>("Whole"));
        Assert.Equal(alike, pseudo.Transform(Rows(alike)).GetColumn<float[]>("Whole"));
    }

    private static float[][] Patterns(int count)
    {
        Random random = new(9);
        return [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, Size).Select(_ => random.Next(2) == 0 ? -1f : 1f).ToArray())];
    }

    private IDataView Rows(float[][] rows)
    {
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.X)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, rows[0].Length);
        return _mlContext.Data.LoadFromEnumerable(rows.Select(x => new Row { X = x }), schema);
    }

    private sealed class Row
    {
        public float[] X { get; set; } = [];
    }
}
