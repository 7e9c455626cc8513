using BioLearn.ML.Hosting;
using BioLearn.ML.Instructed;
using BioLearn.ML.Networks;
using BioLearn.ML.Tests.Hosting;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Tests.Instructed.Face;

/// <summary>An instructed network as an ML.NET user meets it: the answer follows the question, by any kind of instruction and network.</summary>
public class InstructedTrainerTests
{
    private readonly MLContext _mlContext = new(seed: 1);

    public static TheoryData<string> Variants => [.. Changes.Keys];

    private static readonly Dictionary<string, Action<InstructedNetworkOptions>> Changes = new()
    {
        ["key"] = _ => { },
        ["vector"] = o => o.InstructionColumnName = "Vector",
        ["a decoder for each task"] = o => o.Decoders = InstructedDecoders.PerTask,
        ["two layers"] = o => o.HiddenUnits = [24, 24],
        ["separate"] = o => o.TopDown = TopDownWeights.Separate,
        ["equal start"] = o => (o.TopDown, o.UpdateNoise) = (TopDownWeights.EqualStart, 0.05),
        ["noisy start"] = o => (o.TopDown, o.StartNoise) = (TopDownWeights.NoisyStart, 0.1),
        ["feedback alignment"] = o => o.TopDown = TopDownWeights.FeedbackAlignment,
        ["top-down biases"] = o => (o.TopDown, o.TopDownBiases) = (TopDownWeights.Separate, true),
        ["task embedding"] = o => o.TaskEmbedding = [10],
        ["a task head that learns"] = o => o.LearnTaskHead = true,
        ["backpropagation"] = o => o.Credit = TopDownCredit.Backpropagation,
        ["rows from data in blocks"] = o => o.RowsInMemory = 128,
        ["layers of one's own"] = o => o.Layers = [new Dense(30, Activation.ReLU), new Dense(20, Activation.ReLU)],
        ["batch normalization"] = o => (o.Layers, o.Credit) = ([new Dense(24), new BatchNormalization(Activation.ReLU)], TopDownCredit.Backpropagation),
    };

    [Theory]
    [MemberData(nameof(Variants))]
    public void Answer_follows_the_question(string variant)
    {
        PredictionTransformer<NetworkModelParameters> model = Questions.Fit(_mlContext, Changes[variant]);
        IDataView rows = Questions.Keyed(_mlContext, Questions.Make(200, seed: 8));
        double accuracy = _mlContext.MulticlassClassification.Evaluate(model.Transform(rows)).MicroAccuracy;
        Assert.True(accuracy > 0.95, $"{variant}: {accuracy}");
    }

    [Fact]
    public void Network_that_does_not_hear_the_question_cannot_answer_it()
    {
        IDataView rows = Questions.Keyed(_mlContext, Questions.Make(300));
        var deaf = _mlContext.MulticlassClassification.Trainers.Backpropagation(new NetworkOptions { HiddenUnits = [24], NumberOfEpochs = 60, Optimizer = OptimizerSettings.Adam(0.01) }).Fit(rows);
        Assert.True(_mlContext.MulticlassClassification.Evaluate(deaf.Transform(Questions.Keyed(_mlContext, Questions.Make(200, seed: 8)))).MicroAccuracy < 0.8);
    }

    [Fact]
    public void Binary_network_says_yes_or_no_to_the_question()
    {
        IDataView rows = Questions.Keyed(_mlContext, Questions.Make(300));
        var model = _mlContext.BinaryClassification.Trainers.InstructedNetwork("IsCircle", hiddenUnits: [24], learningRate: 0.01, numberOfEpochs: 60).Fit(rows);
        IDataView scored = model.Transform(Questions.Keyed(_mlContext, Questions.Make(200, seed: 8)));
        Assert.True(_mlContext.BinaryClassification.Evaluate(scored, "IsCircle").Accuracy > 0.95);
        Assert.All(scored.GetColumn<float>("Probability").Zip(scored.GetColumn<float>("Score")), p => Assert.Equal(1 / (1 + MathF.Exp(-p.Second)), p.First, 1e-5f));
    }

    [Fact]
    public void Defaults_learn_a_small_table()
    {
        var model = _mlContext.MulticlassClassification.Trainers.InstructedNetwork().Fit(Questions.Keyed(_mlContext, Questions.Make(150)));
        Assert.True(_mlContext.MulticlassClassification.Evaluate(model.Transform(Questions.Keyed(_mlContext, Questions.Make(200, seed: 8)))).MicroAccuracy > 0.95);
    }

    [Fact]
    public void Two_questions_about_one_row_are_answered_in_one_pass()
    {
        var trained = Questions.Fit(_mlContext);
        IDataView rows = Questions.Keyed(_mlContext, Questions.Make(50, seed: 9));
        var both = trained.Append(_mlContext.Transforms.CopyColumns("First", "PredictedLabel").Append(_mlContext.Transforms.Conversion.MapKeyToValue("First")).Fit(trained.Transform(rows)))
            .Append(trained.AskedBy("OtherInstruction"));
        IDataView answered = _mlContext.Transforms.Conversion.MapKeyToValue("Second", "PredictedLabel").Fit(both.Transform(rows)).Transform(both.Transform(rows));
        Assert.Equal(rows.GetColumn<string>("Shape"), answered.GetColumn<string>("First"));
        Assert.Equal(rows.GetColumn<string>("OtherShape"), answered.GetColumn<string>("Second"));
    }

    [Fact]
    public void Gates_are_columns_of_0_and_1_that_depend_on_the_question_alone()
    {
        IDataView rows = Questions.Keyed(_mlContext, Questions.Make(120, seed: 4));
        var trainer = _mlContext.MulticlassClassification.Trainers.InstructedNetwork(Questions.Options(o => (o.HiddenUnits, o.GatesColumnName) = ([24, 10], "Gates")));
        var model = trainer.Fit(rows);
        IDataView scored = model.Transform(rows);
        string[] announced = [.. trainer.GetOutputSchema(MlNetInterop.Shape(rows.Schema)).Select(c => c.Name)];
        Assert.All(scored.Schema.Select(c => c.Name), name => Assert.Contains(name, announced));
        foreach ((string column, int units) in (ReadOnlySpan<(string, int)>)[("Gates.1", 24), ("Gates.2", 10)])
        {
            Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, units), scored.Schema[column].Type);
            Dictionary<uint, float[]> gates = [];
            foreach ((uint side, float[] open) in scored.GetColumn<uint>("Instruction").Zip(scored.GetColumn<float[]>(column)))
            {
                Assert.All(open, gate => Assert.True(gate is 0 or 1));
                Assert.Equal(gates.TryAdd(side, open) ? open : gates[side], open);
            }
            Assert.Equal(2, gates.Count);
            Assert.NotEqual(gates[1], gates[2]);
        }
        int layer = 1;
        float[] activities = model.Model.GetActivations(layer, scored.GetColumn<float[]>("Features").First(), scored.GetColumn<uint>("Instruction").First() == 1 ? [1, 0] : [0, 1]);
        Assert.All(activities.Zip(scored.GetColumn<float[]>("Gates.1").First()), unit => Assert.True(unit.Second == 1 || unit.First == 0));
        Assert.Contains(activities, a => a > 0);
    }

    public static TheoryData<string> Networks => [.. Shapes.Keys];

    private static readonly Dictionary<string, Action<InstructedNetworkOptions>> Shapes = new()
    {
        ["one layer"] = _ => { },
        ["wide layers"] = o => (o.HiddenUnits, o.NumberOfEpochs) = ([300, 200], 3),
        ["wide layers, a decoder for each task"] = o => (o.HiddenUnits, o.NumberOfEpochs, o.Decoders) = ([300, 200], 3, InstructedDecoders.PerTask),
        ["convolutions"] = o => (o.Layers, o.InputShape, o.NumberOfEpochs) = ([new Convolution2D(8, 2), new Convolution2D(8, 1) { Groups = 8 }, new Dense(40, Activation.ReLU)], new(1, 2, 3), 3),
        ["separate weights"] = o => (o.TopDown, o.HiddenUnits, o.NumberOfEpochs) = (TopDownWeights.Separate, [300, 200], 3),
    };

    /// <summary>To the last bit, whatever units the engine skips for whom.</summary>
    [Theory]
    [MemberData(nameof(Networks))]
    public void Prediction_does_not_depend_on_what_else_is_asked_in_the_batch(string network)
    {
        var model = Questions.Fit(_mlContext, Shapes[network]);
        Question[] rows = Questions.Make(70, seed: 12);
        float[][] together = Questions.Scores(model.Transform(Questions.Keyed(_mlContext, rows)));
        float[][] alone = [.. rows.SelectMany(row => Questions.Scores(model.Transform(Questions.Keyed(_mlContext, [row]))))];
        float[][] sorted = Questions.Scores(model.Transform(Questions.Keyed(_mlContext, rows.OrderBy(r => r.Side, StringComparer.Ordinal))));
        Assert.Equal(together, alone);
        Assert.Equal(rows.Zip(together).OrderBy(r => r.First.Side, StringComparer.Ordinal).Select(r => r.Second), sorted);
    }

    [Fact]
    public void Cached_rows_and_rows_in_shards_get_the_same_answers()
    {
        var model = Questions.Fit(_mlContext, o => o.GatesColumnName = "Gates");
        IDataView rows = Questions.Keyed(_mlContext, Questions.Make(150, seed: 12)), scored = model.Transform(_mlContext.Data.Cache(rows));
        float[][] expected = Questions.Scores(model.Transform(rows));
        Assert.Equal(expected, Questions.Scores(scored));
        List<float[]> found = [];
        foreach (DataViewRowCursor shard in scored.GetRowCursorSet([scored.Schema["Score"], scored.Schema["Gates.1"]], 3))
        {
            using (shard)
            {
                var score = shard.GetGetter<VBuffer<float>>(scored.Schema["Score"]);
                VBuffer<float> value = default;
                while (shard.MoveNext())
                {
                    score(ref value);
                    found.Add([.. value.DenseValues()]);
                }
            }
        }
        Assert.Equal(expected.Select(Text).Order(StringComparer.Ordinal), found.Select(Text).Order(StringComparer.Ordinal));

        static string Text(float[] scores) => string.Join(' ', scores);
    }

    [Fact]
    public void Row_with_a_gap_in_its_features_spoils_no_other()
    {
        var model = Questions.Fit(_mlContext);
        Question[] rows = Questions.Make(40, seed: 12);
        float[][] before = Questions.Scores(model.Transform(Questions.Keyed(_mlContext, rows)));
        rows[5].Features[2] = float.NaN;
        float[][] after = Questions.Scores(model.Transform(Questions.Keyed(_mlContext, rows)));
        Assert.All(after[5], score => Assert.True(float.IsNaN(score)));
        Assert.Equal(before.Where((_, row) => row != 5), after.Where((_, row) => row != 5));
    }

    [Fact]
    public void Pipeline_cross_validates_explains_and_answers_in_a_prediction_engine()
    {
        IDataView rows = _mlContext.Data.LoadFromEnumerable(Questions.Make(240));
        var pipeline = Questions.Keys(_mlContext).Append(_mlContext.MulticlassClassification.Trainers.InstructedNetwork(Questions.Options()))
            .Append(_mlContext.Transforms.Conversion.MapKeyToValue("Predicted", "PredictedLabel"));
        Assert.All(_mlContext.MulticlassClassification.CrossValidate(rows, pipeline, numberOfFolds: 3), fold => Assert.True(fold.Metrics.MicroAccuracy > 0.9));

        var model = pipeline.Fit(rows);
        using var engine = _mlContext.Model.CreatePredictionEngine<Question, Answer>(model);
        foreach (Question question in Questions.Make(20, seed: 2))
            Assert.Equal(question.Shape, engine.Predict(question).Predicted);

        var trained = Questions.Fit(_mlContext);
        var importance = _mlContext.MulticlassClassification.PermutationFeatureImportance(trained, Questions.Keyed(_mlContext, Questions.Make(100)), permutationCount: 2);
        Assert.Equal(Questions.Width, importance.Length);
        Assert.All(importance, figure => Assert.True(figure.MicroAccuracy.Mean < -0.02));
    }

    [Fact]
    public void Sparse_rows_and_dense_ones_are_learned_and_scored_alike()
    {
        const int width = 100;
        IDataView sparse = Wide(width, dense: false), dense = Wide(width, dense: true);
        var options = Questions.Options(o => o.NumberOfEpochs = 20);
        var model = _mlContext.MulticlassClassification.Trainers.InstructedNetwork(options).Fit(sparse);
        float[][] scores = Questions.Scores(model.Transform(sparse));
        Assert.Equal(scores, Questions.Scores(model.Transform(dense)));
        Assert.Equal(scores, Questions.Scores(_mlContext.MulticlassClassification.Trainers.InstructedNetwork(options).Fit(dense).Transform(dense)));
        Assert.True(_mlContext.MulticlassClassification.Evaluate(model.Transform(sparse)).MicroAccuracy > 0.95);
    }

    [Fact]
    public void Training_goes_on_from_a_saved_model_to_the_last_bit()
    {
        IDataView rows = Questions.Keyed(_mlContext, Questions.Make(120));
        BioLearnTrainer<NetworkModelParameters> Trainer(int epochs) => _mlContext.MulticlassClassification.Trainers.InstructedNetwork(Questions.Options(o => (o.NumberOfEpochs, o.TopDown) = (epochs, TopDownWeights.Separate)));
        using MemoryStream file = new();
        _mlContext.Model.Save(Trainer(4).Fit(rows), rows.Schema, file);
        var first = (PredictionTransformer<NetworkModelParameters>)BioLearnModel.Load(new MLContext(), file, out _);
        var further = Trainer(3).Fit(rows, null, first.Model);
        Assert.Equal(Questions.Scores(Trainer(7).Fit(rows).Transform(rows)), Questions.Scores(further.Transform(rows)));
        Assert.Equal(7, further.Model.Epochs);
        Assert.Equal(Questions.Sides, further.Model.InstructionNames);
    }

    [Fact]
    public void Early_stopping_measures_on_validation_rows_with_their_own_questions()
    {
        List<TrainingProgress> progress = [];
        Questions.Fit(_mlContext, o => (o.ValidationFraction, o.NumberOfEpochs, o.Progress) = (0.25, 40, new Inline(progress.Add)));
        Assert.True(progress[^1].ValidationAccuracy > 0.95, $"{progress[^1]}");
        progress.Clear();
        var trainer = _mlContext.MulticlassClassification.Trainers.InstructedNetwork(Questions.Options(o => (o.NumberOfEpochs, o.Progress) = (40, new Inline(progress.Add))));
        trainer.Fit(Questions.Keyed(_mlContext, Questions.Make(200)), Questions.Keyed(_mlContext, Questions.Make(100, seed: 6)));
        Assert.True(progress[^1].ValidationAccuracy > 0.95, $"{progress[^1]}");
    }

    [Fact]
    public void Dead_sub_network_is_warned_of_by_the_name_of_its_task()
    {
        var lines = ContextLog.Listen(_mlContext);
        for (int seed = 0; seed < 20 && !Warned(); seed++)
            Questions.Fit(_mlContext, o => (o.HiddenUnits, o.NumberOfEpochs, o.Seed) = ([2], 1, seed));
        string warning = lines.First(l => l.RawMessage.Contains("dead before training", StringComparison.Ordinal)).RawMessage;
        Assert.Matches("The sub-networks? of instructions? '(left|right)' \\(no open unit in layer 1\\)", warning);
        Assert.Contains(lines, l => l.RawMessage.Contains("dead after training", StringComparison.Ordinal));

        bool Warned() => lines.Exists(l => l.RawMessage.Contains("dead before training", StringComparison.Ordinal));
    }

    private IDataView Wide(int width, bool dense)
    {
        var schema = SchemaDefinition.Create(typeof(WideRow));
        schema[nameof(WideRow.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, width);
        IDataView rows = _mlContext.Data.LoadFromEnumerable(
            Questions.Make(200).Select(q =>
            {
                float[] features = new float[width];
                int[] set = [.. Enumerable.Range(0, Questions.Width).Where(j => q.Features[j] > 0.5f)];
                foreach (int j in set)
                    features[10 * j] = 1;
                return new WideRow
                {
                    Features = dense ? new VBuffer<float>(width, features) : new VBuffer<float>(width, set.Length, [.. set.Select(_ => 1f)], [.. set.Select(j => 10 * j)]),
                    Side = q.Side,
                    Other = q.Other,
                    Shape = q.Shape,
                };
            }),
            schema);
        return Questions.Keys(_mlContext).Fit(rows).Transform(rows);
    }

    private sealed class Inline(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }

    private sealed class WideRow
    {
        public VBuffer<float> Features { get; set; }

        public string Side { get; set; } = "";

        public string Other { get; set; } = "";

        public string Shape { get; set; } = "";
    }
}
