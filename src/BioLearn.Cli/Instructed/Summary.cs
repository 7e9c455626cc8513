using System.Globalization;
using System.Reflection;
using System.Text.Json;
using BioLearn.Cli.Instructed.Data;
using BioLearn.Cli.Instructed.Report;
using BioLearn.Cli.Learning;
using BioLearn.ML.Hosting;
using BioLearn.ML.Instructed;
using BioLearn.Onnx.Images;

namespace BioLearn.Cli.Instructed;

/// <summary>Tests a network that has been taught, with all controls, and writes what came out: numbers, pictures, report.</summary>
internal sealed class Summary(InstructTrainSettings settings, InstructedData data, InstructedTraining taught)
{
    public const string ResultsFile = "results.json";
    public const string GatesFile = "gates.csv";
    public const string PictureFolder = "pictures";

    /// <summary>All pictures that may be kept.</summary>
    public static IEnumerable<string> PictureFiles => Enumerable.Range(0, Shown).Select(PictureFile);

    private const int ControlQuestions = 10_000;
    private const int TrainingQuestions = 5_000;
    private const int Shown = 12;
    private const int MostQuestionsShown = 4;

    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase, NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals };

    /// <summary>Asks the test questions, with the instruction that is meant and without.</summary>
    /// <param name="model">The network.</param>
    /// <param name="step">Hears what is done next.</param>
    /// <param name="cancellation">Heard between the parts.</param>
    public Results Test(InstructedModel model, Action<string> step, CancellationToken cancellation)
    {
        var all = InstructedData.All(data.Test);
        var test = InstructedTraining.Sample(all, settings.TestQuestions ?? int.MaxValue, "test", settings.Seed);
        var control = InstructedTraining.Sample(all, Math.Min(settings.TestQuestions ?? int.MaxValue, ControlQuestions), "test", settings.Seed);
        var seen = InstructedTraining.Sample(InstructedData.All(data.Training), Math.Min(settings.TestQuestions ?? int.MaxValue, TrainingQuestions), "training", settings.Seed);
        Say("test rows");
        int[] answers = [.. model.Ask(data, data.Test, test).Select(answer => answer.Class)];
        Say("rows that it learned from");
        double training = Right(seen, [.. model.Ask(data, data.Training, seen).Select(answer => answer.Class)]);
        Say("another instruction");
        var wrong = Accuracy.Wrong(model, data, data.Test, control);
        Say("random gates, all gates open");
        var gates = model.GateTable();
        var random = GateControl.Accuracy(model, data, control, InstructionControl.RandomGates, cancellation);
        var open = GateControl.Accuracy(model, data, control, InstructionControl.AllOpen, cancellation);
        return new()
        {
            Accuracy = Accuracy.Of(data, test, answers),
            Average = Right(test, answers),
            Training = training,
            Questions = test.Count,
            QuestionsOf = [.. data.Instructions.Select((_, i) => test.Count(one => one.Question.Instruction == i))],
            Majority = Accuracy.Majority(data, test),
            Wrong = wrong,
            RandomGates = random,
            AllOpen = open,
            Singles = settings.TeachesSingles(data) ? [.. data.Instructions.Select((name, i) => Single(name, i, test))] : null,
            PerTask = settings.PerTask,
            Parameters = model.ParameterCount,
            Gates = gates,
        };

        void Say(string what)
        {
            cancellation.ThrowIfCancellationRequested();
            step(what);
        }

        double Single(string name, int instruction, List<AskedRow> questions)
        {
            Say($"a network for \"{name}\" alone");
            using var single = taught.Single(instruction, cancellation);
            List<AskedRow> own = [.. questions.Where(one => one.Question.Instruction == instruction)];
            return own.Count == 0 ? double.NaN : Right(own, [.. single.Ask(data, data.Test, own).Select(answer => answer.Class)]);
        }
    }

    /// <summary>Writes numbers, pictures and the report.</summary>
    public async Task WriteAsync(string folder, InstructedModel model, Results results, IReadOnlyList<InstructedEpoch> epochs)
    {
        results.Gates.Write(Path.Combine(folder, GatesFile));
        GatesPlot.Shares(Path.Combine(folder, InstructedReport.GatesPicture), results.Gates);
        if (data.Instructions.Count > 2)
            GatesPlot.Overlaps(Path.Combine(folder, InstructedReport.OverlapPicture), results.Gates);
        if (GatePlaces.Has(results.Gates))
            GatePlaces.Write(Path.Combine(folder, InstructedReport.PlacesPicture), results.Gates);
        LearningPlot.Lines(Path.Combine(folder, InstructedReport.CurvePicture), data.Title, "right answers, %", Lines(epochs), "epoch");
        SafeFile.WriteText(Path.Combine(folder, ResultsFile), JsonSerializer.Serialize(Numbers(results, epochs), Json));
        var examples = Examples(folder, model);
        await InstructedReport.WriteAsync(folder, data, results, epochs, examples, data.Input.IsPicture && !data.IsBinary ? Reference.OfPairs : Reference.None, Described(results));
    }

    private static string PictureFile(int i) => Path.Combine(PictureFolder, $"{i + 1}.png");

    private static double Right(List<AskedRow> asked, int[] answers) => asked.Zip(answers).Count(pair => pair.First.Question.Answer == pair.Second) / (double)asked.Count;

    private List<(string, IReadOnlyList<(double, double)>)> Lines(IReadOnlyList<InstructedEpoch> epochs)
    {
        List<(string, IReadOnlyList<(double, double)>)> lines = [("mean", [.. epochs.Select(epoch => ((double)epoch.Epoch, 100 * Results.Mean(epoch.Accuracy)))])];
        if (data.Instructions.Count <= MostQuestionsShown)
            lines.AddRange(data.Instructions.Select((name, i) => (name, (IReadOnlyList<(double, double)>)[.. epochs.Select(epoch => ((double)epoch.Epoch, 100 * epoch.Accuracy[i]))])));
        return lines;
    }

    private object Numbers(Results results, IReadOnlyList<InstructedEpoch> epochs) => new
    {
        SchemaVersion = 1,
        Data = data.Title,
        TrainingRows = data.Training.Count,
        TestRows = data.Test.Count,
        results.Questions,
        Epochs = epochs.Count,
        settings.Seed,
        results.Parameters,
        Accuracy = results.Average,
        MeanOfInstructions = Results.Mean(results.Accuracy),
        MeanMajority = Results.Mean(results.Majority),
        MostFrequentAnswer = results.MostFrequent,
        TrainingAccuracy = results.Training,
        Instructions = data.Instructions.Select((name, i) => new
        {
            Name = name,
            Questions = results.QuestionsOf[i],
            Accuracy = results.Accuracy[i],
            Majority = results.Majority[i],
            RandomGates = results.RandomGates[i],
            AllGatesOpen = results.AllOpen[i],
            OwnNetwork = results.Singles?[i],
        }),
        AnotherInstruction = results.Wrong,
        Overlap = results.Gates.MeanOverlap,
        OverlapByChance = results.Gates.ChanceOverlap,
        Layers = results.Gates.Layers.Select(layer => new { layer.Name, layer.Units, OpenShares = data.Instructions.Select((_, i) => layer.Share(i)) }),
        Seconds = epochs.Count == 0 ? 0 : epochs[^1].Seconds,
        Settings = Described(results).ToDictionary(one => one.Name, one => one.Value),
    };

    /// <summary>Some test rows with answers; their pictures are kept, so that one can ask about them again.</summary>
    private List<Example> Examples(string folder, InstructedModel model)
    {
        int count = Math.Min(Shown, data.Test.Count), apart = data.Test.Count / count;
        int[] rows = [.. Enumerable.Range(0, count).Select(i => i * apart)];
        if (data.Input.IsPicture)
            Directory.CreateDirectory(Path.Combine(folder, PictureFolder));
        List<Example> examples = [];
        foreach (var (i, row) in rows.Index())
        {
            AskedRow[] asked = [.. data.Test.Questions(row).Take(MostQuestionsShown).Select(question => new AskedRow(row, question))];
            int[] answers = [.. model.Ask(data, data.Test, asked).Select(answer => answer.Class)];
            var picture = data.Test.Picture(row);
            if (picture is not null)
                ImageFiles.Save(picture, Path.Combine(folder, PictureFile(i)));
            examples.Add(new(picture, data.Test.Caption(row), [.. asked.Zip(answers, (one, answer) => (data.Instructions[one.Question.Instruction], data.Classes[answer], data.Classes[one.Question.Answer]))]));
        }
        return examples;
    }

    private List<(string Name, string Value)> Described(Results results) =>
    [
        ("Data", data.Title),
        ("Network", $"{NetworkChoice.NameOf(settings, data)}{(settings.Hidden is { } hidden ? $" {hidden}" : "")}{(settings.Normalize ? ", batch normalization" : "")}, {Verdict.Count(results.Parameters)} weights and biases"),
        ("Layers between instruction and network", settings.EmbeddingFor(data) is [_, ..] units ? string.Join('-', units) : "none"),
        ("Rule", $"{(settings.Credit == TopDownCredit.CounterHebb ? "Counter-Hebb" : "backpropagation")}, top-down weights {settings.Weights}"),
        ("Output", settings.PerTask ? "a layer for each instruction" : "one layer for all instructions"),
        ("Questions", !data.AsksSeveral ? "each row has one" : settings.AsksAll ? "all of each row in an epoch" : "one of each row in an epoch, at random"),
        ("Optimizer", string.Create(CultureInfo.InvariantCulture, $"Adam {settings.LearningRateFor(data)}, times {settings.LearningRateDecay} after every epoch, batch {settings.BatchSizeFor(data)}, weight decay {settings.WeightDecay}")),
        ("Epochs", settings.EpochsFor(data).ToString(CultureInfo.InvariantCulture)),
        ("Seed", settings.Seed.ToString(CultureInfo.InvariantCulture)),
        ("Version", typeof(Summary).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? ""),
    ];
}
