using Microsoft.ML;

namespace BioLearn.Experiments.Studies;

/// <summary>Features and labels of a view, row by row.</summary>
internal static class FeatureRows
{
    /// <param name="mlContext">The context.</param>
    /// <param name="view">Rows with a column Label of numbers from 0.</param>
    /// <param name="column">A vector of Single.</param>
    public static IEnumerable<(float[] Values, uint Label)> Read(MLContext mlContext, IDataView view, string column) =>
        mlContext.Data.CreateEnumerable<Row>(mlContext.Transforms.CopyColumns(nameof(Row.Values), column).Fit(view).Transform(view), reuseRowObject: false).Select(row => (row.Values, row.Label));

    private sealed class Row
    {
        public float[] Values { get; set; } = [];

        public uint Label { get; set; }
    }
}
