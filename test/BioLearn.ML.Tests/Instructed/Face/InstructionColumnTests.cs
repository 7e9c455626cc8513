using BioLearn.ML.Hosting;
using BioLearn.ML.Instructed;
using BioLearn.ML.Networks;
using BioLearn.ML.Tests.Hosting;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Tests.Instructed.Face;

/// <summary>Every instruction that cannot be asked is refused by its column, or its row is left out, and nothing is asked by another name.</summary>
public class InstructionColumnTests
{
    private readonly MLContext _mlContext = new(seed: 1);

    [Theory]
    [InlineData("Nothing", "Could not find instruction column 'Nothing'")]
    [InlineData("Side", "Schema mismatch for instruction column 'Side': expected Key<UInt32> or Vector<Single>, got String")]
    [InlineData("IsCircle", "Schema mismatch for instruction column 'IsCircle': expected Key<UInt32> or Vector<Single>, got Boolean")]
    [InlineData("Words", "Schema mismatch for instruction column 'Words': expected Key<UInt32> or Vector<Single>, got VarVector<String>")]
    [InlineData("Doubles", "Schema mismatch for instruction column 'Doubles': expected Key<UInt32> or Vector<Single>, got Vector<Double>")]
    public void Column_of_another_type_is_refused_by_name(string column, string expected)
    {
        IDataView rows = Rows(Questions.Make(60));
        var trainer = Trainer(o => o.InstructionColumnName = column);
        Assert.StartsWith(expected, Assert.Throws<ArgumentOutOfRangeException>(() => trainer.Fit(rows)).Message, StringComparison.Ordinal);
        Assert.StartsWith(expected, Assert.Throws<ArgumentOutOfRangeException>(() => trainer.GetOutputSchema(MlNetInterop.Shape(rows.Schema))).Message, StringComparison.Ordinal);
        var model = Questions.Fit(_mlContext).AskedBy(column);
        Assert.StartsWith(expected, Assert.Throws<ArgumentOutOfRangeException>(() => model.Transform(rows)).Message, StringComparison.Ordinal);
        Assert.StartsWith(expected, Assert.Throws<ArgumentOutOfRangeException>(() => model.GetOutputSchema(rows.Schema)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Instruction_of_zeros_is_refused_with_its_row_and_one_with_gaps_is_left_out()
    {
        Question[] rows = Questions.Make(60);
        rows[7].Vector = [0, 0, 0];
        const string zeros = "Row 7 has an instruction of zeros in column 'Vector'; expected at least one number that is not 0";
        Assert.StartsWith(zeros, Refusal(() => Trainer(o => o.InstructionColumnName = "Vector").Fit(Rows(rows))), StringComparison.Ordinal);
        var model = Questions.Fit(_mlContext, o => (o.InstructionColumnName, o.GatesColumnName) = ("Vector", "Gates"));
        Assert.StartsWith(zeros, Refusal(() => Questions.Scores(model.Transform(Rows(rows)))), StringComparison.Ordinal);

        rows[7].Vector = [1, float.NaN, 0];
        var lines = ContextLog.Listen(_mlContext);
        Trainer(o => o.InstructionColumnName = "Vector").Fit(Rows(rows));
        Assert.Contains(lines, l => l.RawMessage == "Skipped 1 instances with missing features/label/weight/instruction during training: 1 in 'Vector'.");
        IDataView scored = model.Transform(Rows(rows));
        float[][] scores = Questions.Scores(scored);
        Assert.All(scores[7], score => Assert.True(float.IsNaN(score)));
        Assert.Equal(0u, scored.GetColumn<uint>("PredictedLabel").ElementAt(7));
        Assert.All(scored.GetColumn<float[]>("Gates.1").ElementAt(7), gate => Assert.True(float.IsNaN(gate)));
        Assert.All(scores.Where((_, row) => row != 7), row => Assert.All(row, score => Assert.False(float.IsNaN(score))));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(4)]
    public void Vector_of_another_length_is_an_error_with_its_row(int length)
    {
        Question[] rows = Questions.Make(60);
        rows[21].Vector = length == 0 ? null! : new float[length];
        string expected = $"Row 21 has {length} values in column 'Vector', expected 3";
        Assert.StartsWith(expected, Refusal(() => Trainer(o => o.InstructionColumnName = "Vector").Fit(Rows(rows))), StringComparison.Ordinal);
        var model = Questions.Fit(_mlContext, o => o.InstructionColumnName = "Vector");
        Assert.StartsWith(expected, Refusal(() => Questions.Scores(model.Transform(Rows(rows)))), StringComparison.Ordinal);
    }

    [Fact]
    public void Unknown_key_is_left_out_of_training_has_missing_scores_in_a_table_and_is_an_error_of_a_row_by_itself()
    {
        Question[] rows = Questions.Make(60);
        rows[9].Side = "behind";
        var lines = ContextLog.Listen(_mlContext);
        Trainer().Fit(Rows(rows));
        Assert.Contains(lines, l => l.RawMessage == "Skipped 1 instances with missing features/label/weight/instruction during training: 1 in 'Instruction'.");

        var model = Questions.Fit(_mlContext);
        rows[20].Side = "before";
        float[][] scores = Questions.Scores(model.Transform(Rows(rows)));
        Assert.All(scores.Select((row, i) => (row, i)), score => Assert.Equal(score.i is 9 or 20, score.row.All(float.IsNaN)));
        const string unknown = "Row 9 has a missing or unknown key in instruction column 'Instruction'; the model was taught a key of 2 ('left', 'right').";
        Assert.Single(lines, l => l.RawMessage.Contains("unknown key", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.RawMessage == unknown + " Scores of such rows are missing (NaN)." && l.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Warning);
        Assert.True(_mlContext.MulticlassClassification.Evaluate(model.Transform(Rows(rows))).MicroAccuracy > 0.9);
        using var engine = _mlContext.Model.CreatePredictionEngine<Question, Answer>(Questions.Keys(_mlContext).Fit(Rows(rows)).Append(model));
        Assert.Contains("unknown key in instruction column 'Instruction'", Refusal(() => engine.Predict(rows[9])), StringComparison.Ordinal);
        Assert.Equal(3, engine.Predict(rows[10]).Score.Length);
    }

    [Fact]
    public void Keys_of_other_names_order_or_number_are_refused_with_both()
    {
        var model = Questions.Fit(_mlContext);
        IDataView rows = Rows(Questions.Make(60));
        (IDataView Rows, string Expected)[] others =
        [
            (Named(rows, "right", "left"), "Instruction 1 of column 'Instruction' is 'right' in {0} and 'left' in {1}; map both with one MapValueToKey."),
            (Named(rows, "left", "behind"), "Instruction 2 of column 'Instruction' is 'behind' in {0} and 'right' in {1}; map both with one MapValueToKey."),
            (Named(rows, "left", "right", "behind"), "The instruction column 'Instruction' of {0} is a key of 3 ('left', 'right', 'behind'), that of {1} is a key of 2 ('left', 'right'); map both with one MapValueToKey."),
            (Named(rows, "right"), "The instruction column 'Instruction' of {0} is a key of 1 ('right'), that of {1} is a key of 2 ('left', 'right'); map both with one MapValueToKey."),
        ];
        foreach ((IDataView other, string expected) in others)
        {
            Assert.Equal(string.Format(null, expected, "the rows to score", "the model"), Refusal(() => model.Transform(other)));
            Assert.Equal(string.Format(null, expected, "the validation data", "the training data"), Refusal(() => Trainer().Fit(rows, other)));
            Assert.Equal(string.Format(null, expected, "the training data", "the initial model of InstructedNetwork"), Refusal(() => Trainer().Fit(other, null, model.Model)));
        }
        IDataView vectors = _mlContext.Transforms.CopyColumns("Instruction", "Vector").Fit(rows).Transform(rows);
        Assert.Equal("The instruction column 'Features' of the rows to score is a vector of 6, that of the model is a vector of 3.", Refusal(() => Questions.Fit(_mlContext, o => o.InstructionColumnName = "Vector").AskedBy("Features").Transform(rows)));
        Assert.Equal("The instruction column 'Instruction' of the rows to score is a vector of 3, that of the model is a key of 2 ('left', 'right').", Refusal(() => model.Transform(vectors)));
    }

    [Fact]
    public void Initial_model_must_be_asked_as_the_rows_are()
    {
        IDataView rows = Rows(Questions.Make(60));
        var plain = _mlContext.MulticlassClassification.Trainers.Backpropagation(new NetworkOptions { NumberOfEpochs = 1 });
        Assert.StartsWith("The initial model of InstructedNetwork is asked nothing", Refusal(() => Trainer().Fit(rows, null, plain.Fit(rows).Model)), StringComparison.Ordinal);
        Assert.StartsWith("The initial model of backpropagation is asked by a key of 2 ('left', 'right'), which this trainer does not read", Refusal(() => plain.Fit(rows, null, Questions.Fit(_mlContext).Model)), StringComparison.Ordinal);
    }

    [Fact]
    public void Network_that_cannot_be_instructed_is_refused_at_Fit_with_the_reason()
    {
        IDataView rows = Rows(Questions.Make(60));
        Refused(o => (o.Layers, o.InputShape) = ([new Convolution2D(4, 2), new MaxPooling2D(1, 2), new Dense(8)], new(1, 2, 3)), "max pooling");
        Refused(o => o.Layers = [new Dense(8), new BatchNormalization(Activation.ReLU)], "cannot pass the normalization of");
        Refused(o => (o.Decoders, o.InstructionColumnName) = (InstructedDecoders.PerTask, "Vector"), "the instruction column 'Vector' must be a key, and is a vector of 3");
        Assert.Contains("BatchSize", Refusal(() => Trainer(o => (o.Layers, o.Credit, o.BatchSize) = ([new Dense(8), new BatchNormalization(Activation.ReLU)], TopDownCredit.Backpropagation, 1))), StringComparison.Ordinal);
        Assert.Contains("Head SoftmaxCrossEntropy shares out one among at least two outputs; the label column 'IsCircle' has one", Refusal(() => _mlContext.BinaryClassification.Trainers.InstructedNetwork(
            Questions.Options(o => (o.LabelColumnName, o.Head) = ("IsCircle", OutputHead.SoftmaxCrossEntropy))).Fit(rows)), StringComparison.Ordinal);
        Assert.Contains("has 1 class", Refusal(() => Trainer().Fit(OneClass())), StringComparison.Ordinal);
        Assert.Contains("InstructionColumnName", Refusal(() => Trainer(o => o.InstructionColumnName = "Label")), StringComparison.Ordinal);
        Assert.Contains("InputShape", Refusal(() => Trainer(o => o.Core = InstructedCore.Simple)), StringComparison.Ordinal);
        Assert.Contains("InstructionWidth of 2 needs so many numbers", Refusal(() => _mlContext.MulticlassClassification.Trainers.LearningRule(
            new CounterHebb { InstructionWidth = 2 }, new() { Layers = [new Dense(4), new InstructionGate()] }).Fit(rows)), StringComparison.Ordinal);
        Assert.Contains("multiclass trainers", Refusal(() => _mlContext.MulticlassClassification.Trainers.OneVersusAll(_mlContext.BinaryClassification.Trainers.InstructedNetwork())), StringComparison.Ordinal);

        void Refused(Action<InstructedNetworkOptions> change, string reason) => Assert.Contains(reason, Refusal(() => Trainer(change).Fit(rows)), StringComparison.Ordinal);
    }

    [Fact]
    public void What_reads_features_alone_is_refused()
    {
        var model = Questions.Fit(_mlContext).Model;
        Assert.Contains("asked by a key of 2 ('left', 'right')", Refusal(() => _mlContext.Transforms.HiddenActivations("Hidden", model, 1, "Features")), StringComparison.Ordinal);
        Assert.Contains("0 numbers of instructions for 1 rows; expected 2 for each", Refusal(() => model.GetActivations(1, new float[Questions.Width])), StringComparison.Ordinal);
        var plain = _mlContext.MulticlassClassification.Trainers.Backpropagation(new NetworkOptions { NumberOfEpochs = 1 }).Fit(Rows(Questions.Make(60)));
        Assert.Contains("asked nothing", Refusal(() => plain.AskedBy("Instruction")), StringComparison.Ordinal);
        Assert.Null(plain.InstructionColumnName);
        Assert.Equal(0, plain.Model.InstructionWidth);
    }

    [Fact]
    public void Key_of_too_many_tasks_is_refused_by_name()
    {
        IDataView rows = _mlContext.Transforms.Conversion.Hash("Instruction", "Side", numberOfBits: 20).Fit(Rows(Questions.Make(60))).Transform(Rows(Questions.Make(60)));
        Assert.StartsWith("The instruction column 'Instruction' has 1048576 keys, at most 65536 tasks can be told apart", Refusal(() => Trainer().Fit(rows)), StringComparison.Ordinal);
    }

    private BioLearnTrainer<NetworkModelParameters> Trainer(Action<InstructedNetworkOptions>? change = null) =>
        _mlContext.MulticlassClassification.Trainers.InstructedNetwork(Questions.Options(o =>
        {
            o.NumberOfEpochs = 2;
            change?.Invoke(o);
        }));

    private IDataView Rows(Question[] rows)
    {
        IDataView keyed = Questions.Keyed(_mlContext, rows);
        return _mlContext.Transforms.Text.TokenizeIntoWords("Words", "Side").Append(_mlContext.Transforms.Conversion.ConvertType("Doubles", "Vector", DataKind.Double)).Fit(keyed).Transform(keyed);
    }

    private IDataView OneClass()
    {
        IDataView rows = Rows([.. Questions.Make(60).Where(q => q.Shape == "star")]);
        return _mlContext.Transforms.Conversion.MapValueToKey("Label", "Shape").Fit(rows).Transform(rows);
    }

    private IDataView Named(IDataView rows, params string[] names)
    {
        IDataView keys = _mlContext.Data.LoadFromEnumerable(names.Select(n => new Name { Value = n }));
        return _mlContext.Transforms.Conversion.MapValueToKey("Instruction", "Side", keyData: keys).Fit(rows).Transform(rows);
    }

    private static string Refusal(Action act) => Record.Exception(act) switch
    {
        InvalidOperationException or ArgumentException or NotSupportedException => Record.Exception(act)!.Message,
        var other => throw new Xunit.Sdk.XunitException($"{other}"),
    };

    private sealed class Name
    {
        public string Value { get; set; } = "";
    }
}
