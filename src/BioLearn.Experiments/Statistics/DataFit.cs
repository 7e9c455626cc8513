namespace BioLearn.Experiments.Statistics;

/// <summary>Form of the line from a model's values to data.</summary>
public enum DataFitForm
{
    /// <summary>data = k · model.</summary>
    Scale,

    /// <summary>data = k · model + b.</summary>
    Line,
}

/// <summary>Least squares of data on a model's values: how models of behaviour are compared with animals and people.</summary>
/// <param name="Factor">k.</param>
/// <param name="Offset">b; 0 for <see cref="DataFitForm.Scale"/>.</param>
/// <param name="Error">Sum of squares of data minus fitted values; NaN where a value is not finite.</param>
/// <param name="Fitted">k · model + b.</param>
public sealed record DataFit(double Factor, double Offset, double Error, IReadOnlyList<double> Fitted)
{
    /// <summary>Fits.</summary>
    /// <param name="model">The model's values, means over seeds.</param>
    /// <param name="data">As many values of data.</param>
    /// <param name="form">Of the line. Where all values of the model are the same, a <see cref="DataFitForm.Line"/> is the data's mean (k = 0).</param>
    /// <returns>The fit.</returns>
    /// <exception cref="ArgumentException">The numbers of values differ, or there is none.</exception>
    public static DataFit Of(IReadOnlyList<double> model, IReadOnlyList<double> data, DataFitForm form)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        if (model.Count != data.Count || model.Count == 0)
            throw new ArgumentException($"There are {model.Count} values and {data.Count} of data; as many are needed, and at least one.", nameof(data));
        double modelMean = form == DataFitForm.Line ? model.Average() : 0, dataMean = form == DataFitForm.Line ? data.Average() : 0;
        double squares = model.Sum(m => (m - modelMean) * (m - modelMean)), products = model.Zip(data, (m, y) => (m - modelMean) * (y - dataMean)).Sum();
        double factor = squares == 0 ? 0 : products / squares, offset = dataMean - (factor * modelMean);
        double[] fitted = [.. model.Select(m => (factor * m) + offset)];
        return new(factor, offset, fitted.Zip(data, (f, y) => (y - f) * (y - f)).Sum(), fitted);
    }
}
