using System.Runtime.InteropServices;
using BioLearn.ML.Hosting;
using Microsoft.ML;

namespace BioLearn.ML.Tests.Hosting;

public class TrainingDataTests
{
    private readonly MLContext _mlContext = new(seed: 1);

    [Fact]
    public void FloatRows_stay_contiguous_and_aligned_while_they_grow()
    {
        var rows = new FloatRows(width: 7, rowCountHint: 0);
        for (int i = 0; i < 1000; i++)
            rows.Add().Fill(i);

        using var pin = rows.Memory.Pin();
        Assert.Equal(7000, rows.Memory.Length);
        Assert.Equal(Enumerable.Range(0, 7000).Select(i => (float)(i / 7)), MemoryMarshal.ToEnumerable<float>(rows.Memory));
        unsafe
        {
            Assert.Equal(0u, (nuint)pin.Pointer % 64);
        }
    }

    [Fact]
    public void FloatRows_refuse_more_than_an_array_can_hold()
        => Assert.Throws<InvalidOperationException>(() => new FloatRows(width: 1_000_000, rowCountHint: 3_000));

    [Fact]
    public void Read_keeps_rows_labels_and_weights_together_when_rows_are_skipped()
    {
        var animals = Animal.Make(50);
        animals[3].Features[0] = float.NaN;
        animals[10].Weight = float.PositiveInfinity;
        for (int i = 0; i < animals.Length; i++)
        {
            animals[i].Size = i;
            if (i != 10)
                animals[i].Weight = i + 0.5f;
        }

        var data = Read(animals, PredictionTask.Regression, new() { LabelColumnName = "Size", ExampleWeightColumnName = "Weight" });

        int[] kept = [.. Enumerable.Range(0, 50).Where(i => i is not 3 and not 10)];
        Assert.Equal((48, 5, 2L), (data.Count, data.FeatureCount, data.SkippedCount));
        Assert.Equal(kept.Select(i => (float)i), data.Targets.ToArray());
        Assert.Equal(kept.Select(i => i + 0.5f), data.Weights.ToArray());
        Assert.Equal(kept.SelectMany(i => animals[i].Features), data.Features.ToArray());
    }

    [Fact]
    public void Weights_that_are_all_zero_are_refused_by_their_column()
    {
        var animals = Animal.Make(5);
        foreach (var animal in animals)
            animal.Weight = 0;
        TrainerOptions options = new() { LabelColumnName = "Size", ExampleWeightColumnName = "Weight" };
        Assert.Contains("weights of all 5 rows in column 'Weight' are 0", Assert.Throws<InvalidOperationException>(() => Read(animals, PredictionTask.Regression, options)).Message, StringComparison.Ordinal);
        animals[2].Weight = 1;
        Assert.Equal(5, Read(animals, PredictionTask.Regression, options).Count);
    }

    [Fact]
    public void Read_makes_sparse_features_dense()
    {
        var rows = _mlContext.Data.LoadFromEnumerable(Animal.Make(9));
        var oneHot = _mlContext.Transforms.Categorical.OneHotEncoding("Features", "Name").Fit(rows).Transform(rows);

        var data = Read(oneHot, PredictionTask.Binary, new() { LabelColumnName = "IsCat" });

        Assert.Equal(Enumerable.Range(0, 27).Select(i => i % 3 == i / 3 % 3 ? 1f : 0f), data.Features.ToArray());
        Assert.Equal([1, 0, 0, 1, 0, 0, 1, 0, 0], data.Classes.ToArray());
    }

    [Fact]
    public void AgainstOthers_asks_a_binary_question_of_the_same_rows()
    {
        var rows = _mlContext.Data.LoadFromEnumerable(Animal.Make(6));
        var keyed = _mlContext.Transforms.Conversion.MapValueToKey("Label", "Name").Fit(rows).Transform(rows);
        var data = Read(keyed, PredictionTask.Multiclass, new());

        var second = data.AgainstOthers(1);

        Assert.Equal([0, 1, 2, 0, 1, 2], data.Classes.ToArray());
        Assert.Equal([0, 1, 0, 0, 1, 0], second.Classes.ToArray());
        Assert.Equal((2, 3), (second.ClassCount, data.ClassCount));
        Assert.Equal(data.Features, second.Features);
    }

    private TrainingData Read(Animal[] animals, PredictionTask task, TrainerOptions options)
        => Read(_mlContext.Data.LoadFromEnumerable(animals), task, options);

    private TrainingData Read(IDataView view, PredictionTask task, TrainerOptions options)
    {
        using var run = new TrainingRun(MlNetInterop.Environment(_mlContext.Transforms).Register("test"), "test", default, null);
        return TrainingData.Read(view, task, options, run);
    }
}
