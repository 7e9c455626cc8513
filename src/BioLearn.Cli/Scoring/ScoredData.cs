using System.Globalization;
using BioLearn.Cli.Learning;
using BioLearn.Cli.Learning.Data;
using BioLearn.Cli.Tables;
using BioLearn.Cli.Terminal;
using BioLearn.ML;
using BioLearn.ML.Hosting;
using BioLearn.ML.Networks;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.Cli.Scoring;

/// <summary>What a saved model says of rows.</summary>
/// <param name="Scores">Its answers.</param>
/// <param name="Truth">What is true, row by row; null where the rows do not say.</param>
/// <param name="Place">Where the truth stands, for messages.</param>
internal sealed record ScoredData(Scores Scores, IReadOnlyList<string>? Truth, string Place)
{
    /// <summary>The picture of each row, where rows are pictures in files; else null.</summary>
    public IReadOnlyList<string>? Files { get; init; }

    /// <summary>What a reader should know of the rows.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Where each row stands in a table; null for pictures.</summary>
    public IReadOnlyList<RowPlace>? Places { get; init; }

    /// <summary>Rows that could not be judged, for want of an answer.</summary>
    public int WithoutAnswer { get; private init; }

    /// <summary>Rows that could not be judged, for want of what is true.</summary>
    public int WithoutTruth { get; private init; }

    /// <summary>Loads a model, reads rows, scores them.</summary>
    /// <param name="settings">Model and rows.</param>
    /// <param name="needsTruth">Whether rows without labels are an error.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="UsageException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">Model and rows do not go together.</exception>
    public static ScoredData Of(ScoreSettings settings, bool needsTruth, CancellationToken cancellation)
    {
        var mlContext = new MLContext(seed: 0);
        string path = ModelPath(settings.Model);
        ITransformer model = BioLearnModel.Load(mlContext, path, out var schema);
        ScoredRows rows = Rows(mlContext, new(settings.Data, settings.Label, settings.Training, settings.CsvHeader), model, schema, needsTruth, cancellation);
        try
        {
            Scores scores = Scores.Read(model.Transform(rows.View), cancellation);
            return new(scores, rows.Truth, rows.Place) { Files = rows.Files, Places = rows.Places, Notes = [.. rows.Notes, .. Unanswered(scores, rows)] };
        }
        catch (Exception refused) when (refused is ArgumentException or InvalidOperationException)
        {
            throw new InvalidDataException($"{settings.Data} does not fit the model {path}: {GivenOptions.Plain(refused)}", refused);
        }
    }

    /// <summary>The file of a model: itself, or that of the folder that <c>biolearn train</c> wrote.</summary>
    public static string ModelPath(string model)
    {
        string path = Directory.Exists(model) ? Path.Combine(model, CheckpointedTraining.ModelFile) : model;
        return File.Exists(path) ? path : throw new UsageException($"{model}: no such file, and no folder with {CheckpointedTraining.ModelFile}; expected a saved ML.NET model");
    }

    /// <summary>The rows that have both an answer and something to hold it against; notes say of the others, and of classes that the model does not know.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    public ScoredData Judged()
    {
        HashSet<string> known = [.. Scores.Classes];
        int[] labelled = [.. Enumerable.Range(0, Truth!.Count).Where(i => Truth[i].Length > 0 && (known.Contains(Truth[i]) || !MissingValue.Is(Truth[i])))];
        int[] judged = [.. labelled.Where(i => Scores.Answers[i].Length > 0)];
        if (judged.Length == 0)
            throw new InvalidDataException($"{Place}: of {Truth.Count} rows none has both an answer and a value to hold it against{string.Concat(Notes.Select(note => $"; {note}"))}");
        List<string> notes = [.. Notes];
        int bare = Truth.Count - labelled.Length;
        if (bare > 0)
            notes.Add($"{Place}: {Count(bare, "row", "rows")} without a value {(bare == 1 ? "is" : "are")} left out");
        ScoredData rows = this with
        {
            Scores = Scores.Of(judged),
            Truth = [.. judged.Select(i => Truth[i])],
            Places = Places is null ? null : [.. judged.Select(i => Places[i])],
            Files = Files is null ? null : [.. judged.Select(i => Files[i])],
            WithoutTruth = bare,
            WithoutAnswer = labelled.Length - judged.Length,
        };
        if (Scores.Kind == AnswerKind.Classes)
        {
            string[] foreign = [.. ClassFigures.Unknown(rows.Truth, Scores.Classes)];
            if (foreign.Length > 0)
                notes.Add($"{Place}: {Count(foreign.Length, "row is", "rows are")} of classes that the model does not know, and cannot be right: {string.Join(", ", foreign.Distinct().Take(5))}{(foreign.Distinct().Count() > 5 ? ", ..." : "")}; it knows {string.Join(", ", Scores.Classes.Take(5))}{(Scores.Classes.Count > 5 ? ", ..." : "")}");
        }
        return rows with { Notes = notes };
    }

    /// <summary>The truth as numbers.</summary>
    /// <exception cref="InvalidDataException">A row has none.</exception>
    public double[] Numbers() => [.. Truth!.Select((text, i) => double.TryParse(text, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value) ? value
        : throw new InvalidDataException($"{Place}, {(Places is { } places ? $"line {places[i].Line}" : $"row {i + 1}")}: '{text}' is no finite number; the model predicts numbers"))];

    private static IEnumerable<string> Unanswered(Scores scores, ScoredRows rows)
    {
        int[] none = [.. scores.Answers.Index().Where(answer => answer.Item.Length == 0).Select(answer => answer.Index)];
        if (none.Length == 0)
            yield break;
        RowPlace? first = rows.Places is { } places ? none.Select(i => (RowPlace?)places[i]).FirstOrDefault(place => place!.Value.Missing is not null) : null;
        yield return first is { } gap
            ? $"{Count(none.Length, "row has", "rows have")} no answer: values are missing, such as '{gap.Missing}' in line {gap.Line}, and the model does not fill them"
            : $"{Count(none.Length, "row has", "rows have")} no answer: the model's scores of {(none.Length == 1 ? "it" : "them")} are no numbers, the first in row {none[0] + 1}";
    }

    private static string Count(int number, string one, string many) => string.Create(CultureInfo.InvariantCulture, $"{number} {(number == 1 ? one : many)}");

    /// <summary>Rows as a model reads them.</summary>
    /// <param name="mlContext">The context.</param>
    /// <param name="asked">Which rows.</param>
    /// <param name="model">The model.</param>
    /// <param name="schema">Columns that the model reads.</param>
    /// <param name="needsTruth">Whether rows without labels are an error.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="UsageException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">Model and rows do not go together.</exception>
    public static ScoredRows Rows(MLContext mlContext, ChosenRows asked, ITransformer model, DataViewSchema schema, bool needsTruth, CancellationToken cancellation)
    {
        if (PictureInput.Is(asked.Data))
        {
            var shape = model.Parts().OfType<PredictionTransformer<NetworkModelParameters>>().FirstOrDefault()?.Model.Spec.Input;
            if (shape is not { IsVector: false } pictures || pictures.Channels is not (1 or 3))
                throw new InvalidDataException($"{asked.Data} holds pictures; the model was not taught pictures (biolearn train --data FOLDER), it reads {string.Join(", ", schema.Where(c => !c.IsHidden).Select(c => $"{c.Name} ({c.Type})"))}");
            var input = PictureInput.Read(asked.Data, asked.Training, pictures, cancellation);
            if (needsTruth && input.Truth is null)
                throw new InvalidDataException($"{asked.Data}: what is true is not known; expected pictures in one folder a class");
            return new(LabelOfModel.For(schema, input.View, input.Truth), input.Truth, asked.Data) { Files = input.Files, Notes = input.Notes };
        }
        if (!DataSet.ArePictures(asked.Data, asked.Option))
        {
            if (asked.Training)
                throw new UsageException($"--training: {asked.Data} is no set of pictures with rows to learn from and rows to test on; expected one, such as {DataSet.Sample}");
            if (!File.Exists(asked.Data))
                throw new UsageException($"{asked.Option}{asked.Data}: no such file or folder; expected a CSV file, a picture or a folder of pictures, {DataSet.Sample}, {string.Join(", ", KnownData.All.Select(k => k.Name))}, or a folder of IDX files");
            var input = ModelInput.Read(asked.Data, schema, asked.Label, asked.Header, needsTruth);
            return new(input.View, input.Truth, input.LabelName is { } name ? $"{asked.Data}, column '{name}'" : asked.Data) { Places = input.Rows, Notes = input.Notes };
        }
        var data = DataSet.Open(mlContext, new(asked.Data), cancellation);
        var view = asked.Training ? data.Training : data.Test;
        using var cursor = view.GetRowCursor([view.Schema["Label"]]);
        var label = CellText.Getter(cursor, view.Schema["Label"]);
        List<string> truth = [];
        while (cursor.MoveNext())
            truth.Add(label());
        return new(LabelOfModel.For(schema, view, truth), truth, data.Name);
    }
}

/// <summary>Rows as a model reads them.</summary>
/// <param name="View">The rows.</param>
/// <param name="Truth">What is true, row by row; null where the rows do not say.</param>
/// <param name="Place">Where the truth stands, for messages.</param>
internal sealed record ScoredRows(IDataView View, IReadOnlyList<string>? Truth, string Place)
{
    /// <summary>The picture of each row, where rows are pictures in files; else null.</summary>
    public IReadOnlyList<string>? Files { get; init; }

    /// <summary>What a reader should know of the rows.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Where each row stands in a table; null for pictures.</summary>
    public IReadOnlyList<RowPlace>? Places { get; init; }
}

/// <summary>Rows that a command line names.</summary>
/// <param name="Data">A CSV file, or pictures.</param>
/// <param name="Label">Column of labels; null finds it.</param>
/// <param name="Training">Of pictures: those to learn from.</param>
/// <param name="Header">Whether the first line holds names.</param>
internal sealed record ChosenRows(string Data, string? Label, bool Training, CsvHeader Header = CsvHeader.Automatic)
{
    /// <summary>What named them, such as "--rows ", for messages.</summary>
    public string Option { get; init; } = "";
}
