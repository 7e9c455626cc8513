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
/// <param name="Answers">The class found, row by row, or the number.</param>
/// <param name="Probabilities">[row][class]; empty rows where the model gives none, of one number for numbers.</param>
internal sealed record Scores(AnswerKind Kind, IReadOnlyList<string> Classes, IReadOnlyList<string> Answers, IReadOnlyList<float[]> Probabilities)
{
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
            return new(AnswerKind.Numbers, [], [.. numbers.Select(CellText.Of)], [.. numbers.Select(number => new[] { number })]);
        }
        throw new InvalidDataException($"the model's columns are {string.Join(", ", scored.Schema.Where(c => !c.IsHidden).Select(c => $"{c.Name} ({c.Type})"))}; expected those of a trainer of classes or of numbers");
    }

    private static Scores Binary(IDataView scored, DataViewSchema.Column predicted, CancellationToken cancellation)
    {
        bool[] answers = Column<bool>(scored, predicted.Name, cancellation);
        float[]? probability = scored.Schema.GetColumnOrNull("Probability") is null ? null : Column<float>(scored, "Probability", cancellation);
        return new(AnswerKind.Classes, ["false", "true"], [.. answers.Select(answer => answer ? "true" : "false")], [.. answers.Select((_, i) => probability is null ? [] : new[] { 1 - probability[i], probability[i] })]);
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
            answers.Add(text());
            probabilities.Add([.. values.DenseValues()]);
        }
        // Scores of some trainers are margins, from which no probability follows.
        bool are = probabilities.All(row => row.All(p => p is >= 0 and <= 1.0001f) && Math.Abs(row.Sum() - 1) < 1e-3f);
        return new(AnswerKind.Classes, names, answers, are ? probabilities : [.. probabilities.Select(_ => Array.Empty<float>())]);
    }

    private static TValue[] Column<TValue>(IDataView view, string name, CancellationToken cancellation) =>
        [.. view.GetColumn<TValue>(name).Select(value =>
        {
            cancellation.ThrowIfCancellationRequested();
            return value;
        })];
}
