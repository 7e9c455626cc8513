using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;
using BioLearn.ML.Recurrent;
using BioLearn.ML.Rules;
using BioLearn.ML.Tests.Catalogs;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace BioLearn.ML.Tests.Networks;

/// <summary>Fit(train, validation, model) goes on where the model's training stopped: pieces of a training are the whole, to the last bit.</summary>
public class ContinuedTrainingTests
{
    private const int Piece = 2;
    private const int Pieces = 2;

    private readonly MLContext _mlContext = new(seed: 1);

    /// <summary>Every rule of the table that teaches networks, with every task that it has.</summary>
    public static TheoryData<string, RuleTasks> Rules()
    {
        TheoryData<string, RuleTasks> data = [];
        foreach (var row in RuleTable.Rows.Where(r => r.Type.IsSubclassOf(typeof(LearningRule))))
        {
            foreach (var task in new[] { RuleTasks.Multiclass, RuleTasks.Binary, RuleTasks.Regression }.Where(t => row.Tasks.HasFlag(t)))
                data.Add(row.Name, task);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void Pieces_of_a_training_are_the_whole_to_the_last_bit(string name, RuleTasks tasks)
    {
        var task = Enum.Parse<PredictionTask>($"{tasks}");
        var rule = (LearningRule)Activator.CreateInstance(RuleTable.Find(name)!.Type)!;
        BioLearnTrainer<NetworkModelParameters> Trainer(int epochs, OptimizerKind kind, int? seed)
        {
            NetworkOptions options = new()
            {
                HiddenUnits = [5],
                NumberOfEpochs = epochs,
                BatchSize = 16,
                Optimizer = new OptimizerSettings(kind, 0.01),
                LearningRateDecay = 0.9,
                LearningRateSteps = [3],
                LearningRateAnnealing = 7,
                Seed = seed,
            };
            return LearningRuleTrainer.Create(Trainers(task), task, rule, options);
        }

        var rows = CatalogRows.Of(_mlContext, task);
        foreach (var kind in new[] { OptimizerKind.Adam, OptimizerKind.Momentum })
        {
            var whole = Trainer(Piece * Pieces, kind, 3).Fit(rows).Model;
            var inPieces = Trainer(Piece, kind, 3).Fit(rows);
            for (int i = 1; i < Pieces; i++)
                inPieces = Trainer(Piece, kind, null).Fit(rows, null, Loaded(inPieces).Model);
            Assert.Equal(Parameters(whole), Parameters(inPieces.Model));
            Assert.Equal((Piece * Pieces, Piece * Pieces * 3L), (inPieces.Model.Epochs, inPieces.Model.Steps));
        }
    }

    [Fact]
    public void Pieces_of_a_network_with_dropout_normalization_and_held_out_rows_are_the_whole()
    {
        NetworkOptions Options(int epochs, int? seed) => new()
        {
            Seed = seed,
            Layers = [new Dense(6, Activation.ReLU), new BatchNormalization(), new Dropout(0.3), new Dense(5, Activation.Tanh)],
            NumberOfEpochs = epochs,
            BatchSize = 7,
            StepsPerEpoch = 3,
            ValidationFraction = 0.2,
            Optimizer = OptimizerSettings.Adam(0.01) with { WeightDecay = 0.1 },
        };
        var rows = CatalogRows.Of(_mlContext, PredictionTask.Multiclass);
        var whole = _mlContext.MulticlassClassification.Trainers.Backpropagation(Options(5, 3)).Fit(rows).Model;
        var first = _mlContext.MulticlassClassification.Trainers.Backpropagation(Options(2, 3)).Fit(rows).Model;
        Assert.Equal(Parameters(whole), Parameters(_mlContext.MulticlassClassification.Trainers.Backpropagation(Options(3, null)).Fit(rows, null, first).Model));
    }

    public static TheoryData<string> RecurrentOptionTypes() =>
        [.. typeof(OnlineRecurrentOptions).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(OnlineRecurrentOptions)) && !t.IsAbstract).Select(t => t.FullName!)];

    [Theory]
    [MemberData(nameof(RecurrentOptionTypes))]
    public void Pieces_of_a_recurrent_training_are_the_whole(string type)
    {
        BioLearnTrainer<RecurrentModelParameters> Trainer(int epochs, int? seed)
        {
            var options = (OnlineRecurrentOptions)Activator.CreateInstance(typeof(OnlineRecurrentOptions).Assembly.GetType(type)!)!;
            (options.TimeSteps, options.NumberOfUnits, options.NumberOfEpochs, options.BatchSize, options.Seed) = (4, 5, epochs, 16, seed);
            return _mlContext.MulticlassClassification.Trainers.OnlineRecurrent(options);
        }

        var rows = CatalogRows.Of(_mlContext, PredictionTask.Multiclass);
        var whole = Trainer(4, 3).Fit(rows).Model;
        var further = Trainer(3, null).Fit(rows, null, Loaded(Trainer(1, 3).Fit(rows)).Model).Model;
        Assert.Equal(Numbers(whole), Numbers(further));

        static float[] Numbers(RecurrentModelParameters model) => [.. model.Network.Parameters.SelectMany(p => p.Values.ToArray())];
    }

    [Fact]
    public void Pieces_of_one_against_all_are_the_whole()
    {
        IEstimator<PredictionTransformer<OneVersusAllModel<NetworkModelParameters>>> Trainer(int epochs)
            => new MLContext(seed: 1).MulticlassClassification.Trainers.OneVersusAll(_mlContext.BinaryClassification.Trainers.Backpropagation(hiddenUnits: [4], numberOfEpochs: epochs));

        var rows = CatalogRows.Of(_mlContext, PredictionTask.Multiclass);
        var whole = Trainer(4).Fit(rows).Model.Models;
        var trainer = (BioLearnTrainer<OneVersusAllModel<NetworkModelParameters>>)Trainer(2);
        var further = trainer.Fit(rows, null, Loaded(trainer.Fit(rows)).Model).Model.Models;
        Assert.Equal(whole.SelectMany(Parameters), further.SelectMany(Parameters));
    }

    [Fact]
    public void Target_propagation_taught_one_epoch_at_a_time_moves_its_weights_when_its_inverses_are_ready()
    {
        var trainer = _mlContext.MulticlassClassification.Trainers.LearningRule(
            new TargetPropagation { InverseOnlySteps = 5 }, new NetworkOptions { HiddenUnits = [6], NumberOfEpochs = 1, BatchSize = 20 });
        var rows = CatalogRows.Of(_mlContext, PredictionTask.Multiclass);
        NetworkModelParameters? model = null;
        List<float[]> weights = [];
        for (int i = 0; i < 5; i++)
        {
            model = trainer.Fit(rows, null, model).Model;
            weights.Add(model.GetWeights(1));
        }
        Assert.Equal(weights[0], weights[1]); // steps 0 to 3
        Assert.NotEqual(weights[1], weights[2]);
        Assert.NotEqual(weights[3], weights[4]);
    }

    [Fact]
    public void Model_saved_without_the_optimizers_state_is_smaller_goes_on_with_its_counts_and_says_so()
    {
        var rows = CatalogRows.Of(_mlContext, PredictionTask.Multiclass);
        BioLearnTrainer<NetworkModelParameters> Trainer(bool save)
            => _mlContext.MulticlassClassification.Trainers.Backpropagation(new NetworkOptions { HiddenUnits = [50], NumberOfEpochs = 2, BatchSize = 16, Seed = 3, SaveOptimizerState = save });

        var with = Trainer(true).Fit(rows);
        var without = Trainer(false).Fit(rows);
        Assert.Equal(Parameters(with.Model), Parameters(without.Model));
        int parameters = Parameters(with.Model).Length;
        Assert.InRange(Saved(with).Length - Saved(without).Length, 6 * parameters, 8 * parameters + 4000); // two floats each, in a zip file

        List<string> said = Log();
        var further = Trainer(false).Fit(rows, null, Loaded(without).Model).Model;
        Assert.Contains(said, m => m.Contains("Goes on after epoch 2, step 6; the optimizer begins anew, since the initial model was saved without its state", StringComparison.Ordinal));
        Assert.Equal((4, 12L), (further.Epochs, further.Steps));
        Assert.NotEqual(Parameters(Trainer(true).Fit(rows, null, with.Model).Model), Parameters(further));
        Assert.Equal(Parameters(Trainer(false).Fit(rows, null, without.Model).Model), Parameters(Trainer(true).Fit(rows, null, with.Model).Model)); // in memory it is there
    }

    [Fact]
    public void Model_of_an_earlier_version_goes_on_from_epoch_0_and_says_so()
    {
        var old = BioLearn.Tests.SavedModel.Named(BioLearn.Tests.SavedModel.All.Last(m => m.Name.EndsWith("/rule-backpropagation", StringComparison.Ordinal)).Name).Parts().OfType<PredictionTransformer<NetworkModelParameters>>().Single();
        Assert.Equal((0, 0L), (old.Model.Epochs, old.Model.Steps));
        List<string> said = [];
        TrainingState.Begin(old.Model.State, goesOn: true, "backpropagation", null, 5, OptimizerKind.Adam, true, Run(said));
        Assert.Contains(said, m => m.Contains("does not say how long it was taught", StringComparison.Ordinal));
    }

    [Fact]
    public void Other_optimizer_begins_anew_other_batch_size_keeps_the_memory_and_other_rule_counts_from_0()
    {
        var rows = CatalogRows.Of(_mlContext, PredictionTask.Multiclass);
        var model = Trainer(new FeedbackAlignment(), OptimizerKind.Adam, 16).Fit(rows).Model;
        List<string> said = Log();
        Trainer(new FeedbackAlignment(), OptimizerKind.Momentum, 16).Fit(rows, null, model);
        Assert.Contains(said, m => m.EndsWith("Goes on after epoch 2, step 6; the optimizer begins anew, since the initial model was taught with Adam and not Momentum.", StringComparison.Ordinal));
        said.Clear();
        Assert.Equal(6 + (2 * 5), Trainer(new FeedbackAlignment(), OptimizerKind.Adam, 8).Fit(rows, null, model).Model.Steps);
        Assert.Contains(said, m => m.EndsWith("Goes on after epoch 2, step 6.", StringComparison.Ordinal));
        said.Clear();
        var other = Trainer(new Backpropagation(), OptimizerKind.Adam, 16).Fit(rows, null, model).Model;
        Assert.Equal((2, 6L), (other.Epochs, other.Steps));
        Assert.Contains(said, m => m.Contains("was taught by feedback-alignment: epochs and steps of backpropagation are counted from 0", StringComparison.Ordinal));

        BioLearnTrainer<NetworkModelParameters> Trainer(LearningRule rule, OptimizerKind kind, int batch)
            => _mlContext.MulticlassClassification.Trainers.LearningRule(rule, new NetworkOptions { HiddenUnits = [4], NumberOfEpochs = 2, BatchSize = batch, Optimizer = new(kind, 0.01), Seed = 3 });
    }

    [Fact]
    public void Layers_that_the_initial_model_does_not_have_are_told_by_a_warning_and_it_stays_as_it_is()
    {
        var rows = CatalogRows.Of(_mlContext, PredictionTask.Multiclass);
        var model = _mlContext.MulticlassClassification.Trainers.FeedbackAlignment(hiddenUnits: [4], numberOfEpochs: 1).Fit(rows).Model;
        List<string> said = Log();
        _mlContext.MulticlassClassification.Trainers.FeedbackAlignment(hiddenUnits: [4], numberOfEpochs: 1).Fit(rows, null, model);
        Assert.DoesNotContain(said, m => m.Contains("have no effect", StringComparison.Ordinal));
        var further = _mlContext.MulticlassClassification.Trainers.FeedbackAlignment(hiddenUnits: [9], numberOfEpochs: 1).Fit(rows, null, model).Model;
        Assert.Equal("8-4-3", further.Spec.ToString());
        Assert.Contains(said, m => m.Contains("taught further as it is, 8-4-3 with", StringComparison.Ordinal) && m.Contains("would make 8-9-3", StringComparison.Ordinal));
    }

    [Fact]
    public void Early_stopping_puts_the_state_of_the_best_epoch_back()
    {
        // Rates so large that the validation loss goes up and down.
        NetworkOptions Options(int epochs, int patience) => new()
        {
            Seed = 3,
            HiddenUnits = [5],
            NumberOfEpochs = epochs,
            BatchSize = 8,
            ValidationFraction = 0.3,
            EarlyStoppingPatience = patience,
            Optimizer = OptimizerSettings.Adam(0.5),
        };
        var rows = CatalogRows.Of(_mlContext, PredictionTask.Multiclass);
        var trainers = _mlContext.MulticlassClassification.Trainers;
        var stopped = trainers.Backpropagation(Options(30, 8)).Fit(rows).Model;
        Assert.InRange(stopped.Epochs, 1, 29);
        var whole = trainers.Backpropagation(Options(stopped.Epochs + 3, 0)).Fit(rows).Model;
        Assert.Equal(Parameters(whole), Parameters(trainers.Backpropagation(Options(3, 0)).Fit(rows, null, stopped).Model));
    }

    private Microsoft.ML.TrainCatalogBase.CatalogInstantiatorBase Trainers(PredictionTask task) => task switch
    {
        PredictionTask.Multiclass => _mlContext.MulticlassClassification.Trainers,
        PredictionTask.Binary => _mlContext.BinaryClassification.Trainers,
        _ => _mlContext.Regression.Trainers,
    };

    private List<string> Log()
    {
        List<string> said = [];
        _mlContext.Log += (_, e) => said.Add(e.Message);
        return said;
    }

    private TrainingRun Run(List<string> said)
    {
        _mlContext.Log += (_, e) => said.Add(e.Message);
        return new TrainingRun(((IHostEnvironment)_mlContext).Register("run"), "run", default, null);
    }

    private byte[] Saved(ITransformer model)
    {
        using MemoryStream file = new();
        _mlContext.Model.Save(model, (DataViewSchema?)null, file);
        return file.ToArray();
    }

    private PredictionTransformer<TModel> Loaded<TModel>(PredictionTransformer<TModel> model)
        where TModel : class, IPredictionModel<TModel>
    {
        var loaded = BioLearnModel.Load(_mlContext, new MemoryStream(Saved(model)), out _);
        return loaded as PredictionTransformer<TModel> ?? ((IEnumerable<ITransformer>)loaded).OfType<PredictionTransformer<TModel>>().Single();
    }

    private static float[] Parameters(NetworkModelParameters model) => [.. model.Network.Parameters.SelectMany(p => p.Values.ToArray())];
}
