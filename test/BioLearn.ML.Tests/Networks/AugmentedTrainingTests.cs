using BioLearn.ML.Networks;
using BioLearn.ML.Rules;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Tests.Networks;

/// <summary>Training on pictures that are moved, mirrored and thinned out anew in every epoch.</summary>
public class AugmentedTrainingTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Mirrored_pictures_are_learned_from_pictures_of_one_side()
    {
        // Strokes on the left are seen, pixels on the right never lit.
        IDataView left = Pictures(mirrored: false), right = Pictures(mirrored: true);
        Assert.True(Accuracy(Fit(left, null), right) < .9);
        Assert.Equal(1, Accuracy(Fit(left, new PictureAugmentation(Mirror: true)), right));
    }

    [Fact]
    public void Pieces_and_threads_change_no_bit()
    {
        PictureAugmentation augmentation = new(1, true, .1);
        IDataView rows = Pictures(false);
        BioLearn.ML.Hosting.BioLearnTrainer<NetworkModelParameters> Trainer(int epochs, int threads) => _ml.MulticlassClassification.Trainers.LearningRule(new Backpropagation(), Options(augmentation, epochs, threads));
        using NetworkModelParameters whole = Trainer(4, 1).Fit(rows).Model, first = Trainer(1, 2).Fit(rows).Model, second = Trainer(3, 2).Fit(rows, null, first).Model;
        Assert.Equal(whole.GetWeights(1), second.GetWeights(1));
    }

    [Fact]
    public void Rows_that_are_no_pictures_or_not_in_memory_are_refused()
    {
        NetworkOptions vectors = Options(new(Mirror: true), 1), blocks = Options(new(Omit: .1), 1), wrong = Options(new(Omit: 1), 1);
        vectors.InputShape = null;
        blocks.RowsInMemory = 8;
        Assert.Contains("InputShape", Assert.Throws<InvalidOperationException>(() => Train(vectors)).Message, StringComparison.Ordinal);
        Assert.Contains("RowsInMemory is 8", Assert.Throws<InvalidOperationException>(() => Train(blocks)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => Train(wrong));

        void Train(NetworkOptions options) => _ml.MulticlassClassification.Trainers.LearningRule(new Backpropagation(), options).Fit(Pictures(false)).Model.Dispose();
    }

    private NetworkModelParameters Fit(IDataView rows, PictureAugmentation? augmentation) => _ml.MulticlassClassification.Trainers.LearningRule(new Backpropagation(), Options(augmentation, 60)).Fit(rows).Model;

    private static NetworkOptions Options(PictureAugmentation? augmentation, int epochs, int threads = 1) =>
        new() { HiddenUnits = [12], InputShape = new(1, 4, 6), Augmentation = augmentation, NumberOfEpochs = epochs, NumberOfThreads = threads, BatchSize = 16, Seed = 3, NormalizeFeatures = NormalizeFeatures.No, Optimizer = OptimizerSettings.Adam(.01) };

    private static double Accuracy(NetworkModelParameters model, IDataView rows)
    {
        float[][] features = [.. rows.GetColumn<float[]>("Features")];
        uint[] labels = [.. rows.GetColumn<uint>("Label")];
        float[] outputs = model.GetActivations(model.Spec.Graph.Length, features.SelectMany(row => row).ToArray());
        return labels.Index().Average(row => (outputs[2 * row.Index] < outputs[(2 * row.Index) + 1] ? 2u : 1u) == row.Item ? 1.0 : 0);
    }

    /// <summary>4 x 6 pixels: class 1 has a stroke in the upper part of one side, class 2 in the lower.</summary>
    private IDataView Pictures(bool mirrored)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 24);
        schema[nameof(Row.Label)].ColumnType = new KeyDataViewType(typeof(uint), 2);
        return _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 96).Select(i =>
        {
            float[] picture = new float[24];
            bool upper = i % 2 == 0;
            for (int k = 0; k < 2; k++)
                picture[(((upper ? 0 : 2) + k) * 6) + (i % 3)] = .5f + (.05f * (i % 10));
            if (mirrored)
            {
                for (int line = 0; line < 4; line++)
                    Array.Reverse(picture, line * 6, 6);
            }
            return new Row { Features = picture, Label = upper ? 0u : 1u };
        }), schema);
    }

    private sealed class Row
    {
        public float[] Features { get; set; } = [];

        public uint Label { get; set; }
    }
}
