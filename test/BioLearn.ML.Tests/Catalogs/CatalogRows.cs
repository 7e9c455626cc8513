using BioLearn.ML.Hosting;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace BioLearn.ML.Tests.Catalogs;

/// <summary>Forty rows of eight features of 0 and 1, with a label for any task, and one of two instructions.</summary>
internal static class CatalogRows
{
    public const int Width = 8;
    public const int Count = 40;

    /// <param name="mlContext">The context.</param>
    /// <param name="task">Decides the type of the label; null gives a number.</param>
    /// <param name="badRow">A row whose features are <paramref name="bad"/>; -1 for none.</param>
    /// <param name="bad">Features of another length than the schema says, or null.</param>
    public static IDataView Of(MLContext mlContext, PredictionTask? task, int badRow = -1, float[]? bad = null) => task switch
    {
        PredictionTask.Multiclass => Keys(mlContext, mlContext.Data.LoadFromEnumerable(Rows(i => "k" + (i % 3), badRow, bad))),
        PredictionTask.Binary => mlContext.Data.LoadFromEnumerable(Rows(i => i % 3 == 0, badRow, bad)),
        _ => mlContext.Data.LoadFromEnumerable(Rows(i => (float)(i % 3), badRow, bad)),
    };

    public static float[] Features(int row) => [.. Enumerable.Range(0, Width).Select(j => (row * 37 + j * j) % 5 < 2 ? 1f : 0f)];

    private static IDataView Keys(MLContext mlContext, IDataView rows) => mlContext.Transforms.Conversion.MapValueToKey("Label").Fit(rows).Transform(rows);

    private static Row<T>[] Rows<T>(Func<int, T> label, int badRow, float[]? bad)
        => [.. Enumerable.Range(0, Count).Select(i => new Row<T> { Features = i == badRow ? bad : Features(i), Instruction = (uint)(i / 3 % 2), Label = label(i) })];

    private sealed class Row<T>
    {
        [VectorType(Width)]
        public float[]? Features { get; set; }

        [KeyType(2)]
        public uint Instruction { get; set; }

        public T? Label { get; set; }
    }
}
