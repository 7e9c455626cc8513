using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.Cli.Scoring;

/// <summary>What kind of answers a model gives.</summary>
internal enum AnswerKind
{
    Classes,
    Numbers,
}

/// <summary>A saved model's answers to rows.</summary>
/// <param name="Kind">Classes, two classes among them, or numbers.</param>
/// <param name="Classes">Names of the classes, in the order of the scores.</param>
/// <param name="Answers">The class found, row by row, or the number; empty for a row that has no answer, since its scores are no numbers.</param>
/// <param name="Probabilities">[row][class]; empty where a row has no answer, or the model gives none; of one number for numbers.</param>
internal sealed record Scores(AnswerKind Kind, IReadOnlyList<string> Classes, IReadOnlyList<string> Answers, IReadOnlyList<float[]> Probabilities)
{
    /// <summary>Whether its classes have probabilities.</summary>
    public bool AreSure => Kind == AnswerKind.Classes && Probabilities.Any(row => row.Length > 0);

    /// <summary>The answers to some of the rows.</summary>
    public Scores Of(IReadOnlyList<int> rows) => this with { Answers = [.. rows.Select(i => Answers[i])], Probabilities = [.. rows.Select(i => Probabilities[i])] };

    /// <summary>Reads the columns that trainers of ML.NET write.</summary>
    /// <param name="scored">What the model made of the rows.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="InvalidDataException">The model's columns are none that a trainer of classes or numbers writes.</exception>
    public static Scores Read(IDataView scored, CancellationToken cancellation)
    {
        if (scored.Schema.GetColumnOrNull("Score") is not { } score)
            throw new InvalidDataException($"the model writes no column 'Score'; expected a trainer of classes or of numbers at its end, its columns are {string.Join(", ", scored.Schema.Where(c => !c.IsHidden).Select(c => c.Name))}");
        var predicted = scored.Schema.GetColumnOrNull("PredictedLabel");
        if (predicted is { Type: BooleanDataViewType } flag)
            return Binary(scored, flag, cancellation);
        if (predicted is { } label && score.Type is VectorDataViewType vector)
            return Multiclass(scored, label, score, vector.Size, cancellation);
        if (score.Type == NumberDataViewType.Single && predicted is null)
        {
            float[] numbers = Column<float>(scored, "Score", cancellation);
            return new(AnswerKind.Numbers, [], [.. numbers.Select(number => float.IsNaN(number) ? "" : CellText.Of(number))], [.. numbers.Select(number => float.IsNaN(number) ? [] : new[] { number })]);
        }
        throw new InvalidDataException($"the model's columns are {string.Join(", ", scored.Schema.Where(c => !c.IsHidden).Select(c => $"{c.Name} ({c.Type})"))}; expected those of a trainer of classes or of numbers");
    }

    private static Scores Binary(IDataView scored, DataViewSchema.Column predicted, CancellationToken cancellation)
    {
        bool[] answers = Column<bool>(scored, predicted.Name, cancellation);
        float[] scores = Column<float>(scored, "Score", cancellation);
        float[]? probability = scored.Schema.GetColumnOrNull("Probability") is null ? null : Column<float>(scored, "Probability", cancellation);
        return new(AnswerKind.Classes, ["false", "true"], [.. answers.Select((answer, i) => float.IsNaN(scores[i]) ? "" : answer ? "true" : "false")],
            [.. scores.Select((score, i) => probability is null || float.IsNaN(score) ? [] : new[] { 1 - probability[i], probability[i] })]);
    }

    private static Scores Multiclass(IDataView scored, DataViewSchema.Column predicted, DataViewSchema.Column score, int classes, CancellationToken cancellation)
    {
        string[] names = CellText.NamesOf(score, predicted, classes);
        List<string> answers = [];
        List<float[]> probabilities = [];
        using var cursor = scored.GetRowCursor([predicted, score]);
        var text = CellText.Getter(cursor, predicted);
        var scores = cursor.GetGetter<VBuffer<float>>(score);
        VBuffer<float> values = default;
        while (cursor.MoveNext())
        {
            cancellation.ThrowIfCancellationRequested();
            scores(ref values);
            float[] row = [.. values.DenseValues()];
            bool isNone = row.Any(float.IsNaN);
            answers.Add(isNone ? "" : text());
            probabilities.Add(isNone ? [] : row);
        }
        // Scores of some trainers are margins, from which no probability follows.
        bool are = probabilities.All(row => row.Length == 0 || row.All(p => p is >= 0 and <= 1.0001f) && Math.Abs(row.Sum() - 1) < 1e-3f);
        return new(AnswerKind.Classes, names, answers, are ? probabilities : [.. probabilities.Select(_ => Array.Empty<float>())]);
    }

    private static TValue[] Column<TValue>(IDataView view, string name, CancellationToken cancellation) =>
        [.. view.GetColumn<TValue>(name).Select(value =>
        {
            cancellation.ThrowIfCancellationRequested();
            return value;
        })];
}
